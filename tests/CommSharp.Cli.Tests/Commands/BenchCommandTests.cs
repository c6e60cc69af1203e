using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Cli.Commands;
using CommSharp.Imaging;

namespace CommSharp.Cli.Tests.Commands;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pad", ImageFit.Pad)]
    [InlineData("resize", ImageFit.Resize)]
    public async Task A_given_picture_is_measured_and_its_square_written(string name, ImageFit fit)
    {
        string picture = _folder["table.png"], square = _folder["square.png"];
        await File.WriteAllBytesAsync(picture, DrawnPicture.Breakfast(), TestContext.Current.CancellationToken);

        Outcome outcome = await CommandLine.RunAsync(
            new BenchCommand(), "bench", "picture", "--picture", picture, "--fit", name, "--out", square, "--json");

        Assert.Equal(0, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Output);
        JsonElement measurement = Assert.Single(json.RootElement.GetProperty("measurements").EnumerateArray());
        Assert.Equal($"{picture} to 336 px", measurement.GetProperty("name").GetString());
        double milliseconds = measurement.GetProperty("milliseconds").GetDouble(), rate = measurement.GetProperty("rate").GetDouble();
        Assert.Equal(320 * 240 / 1e6, rate * milliseconds / 1000, 1e-9);
        RgbImage expected = new ImagePreprocessing { Fit = fit }.Apply(ImageDecoder.Read(picture)).Pixels;
        Assert.Equal(expected.Pixels, ImageDecoder.Read(square).Pixels);
    }

    [Fact]
    public async Task A_picture_that_is_not_there_is_one_line()
    {
        Outcome outcome = await CommandLine.RunAsync(new BenchCommand(), "bench", "picture", "--picture", _folder["nope.jpg"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.EndsWith($"commsharp: {_folder["nope.jpg"]}: there is no such file; check the path\n", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Theory]
    [InlineData("--picture", "p.jpg")]
    [InlineData("--out", "p.png")]
    [InlineData("--fit", "crop")]
    public async Task An_option_of_the_picture_without_the_picture_is_a_mistake(string option, string value)
    {
        Outcome outcome = await CommandLine.RunAsync(new BenchCommand(), "bench", "tower", option, value);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--picture, --fit and --out belong to the measurement named picture; name it too.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_is_measured_by_the_step_and_as_a_whole_run()
    {
        string start = _folder["start.safetensors"];

        Outcome outcome = await CommandLine.RunAsync(new BenchCommand(), "bench", "train", "--steps", "6", "--start", start, "--json");

        Assert.Equal(0, outcome.ExitCode);
        using var json = JsonDocument.Parse(outcome.Output);
        JsonElement[] measurements = [.. json.RootElement.GetProperty("measurements").EnumerateArray()];
        Assert.Equal(2, measurements.Length);
        Dictionary<string, double> step = Details(measurements[0]), run = Details(measurements[1]);
        Assert.Equal(step["live tensors after 5 steps"], step["live tensors after 6 steps"]);
        Assert.InRange(step["loss of the first step"], 8, 9); // about the logarithm of 4000 words
        Assert.InRange(step["loss of step 6"], 0, step["loss of the first step"] - 0.5);
        Assert.Equal(121, run["tokens of a sample"]);
        Assert.Equal(run["all of these"], run["waiting for data"] + run["clipping and AdamW"] + run["tracking"] + run["0 checkpoints"], 1e-6);
        using ITensorSource saved = Checkpoint.Open(start);
        Assert.Contains("batch.pixels", saved.Names);
        Assert.Contains("language.lm_head.weight", saved.Names);
    }

    [Fact]
    public async Task Too_few_steps_to_count_tensors_twice_are_a_mistake()
    {
        Outcome outcome = await CommandLine.RunAsync(new BenchCommand(), "bench", "train", "--steps", "5");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--steps is 5; it must be more than 5, after which tensors are counted first.", outcome.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, double> Details(JsonElement measurement) => measurement.GetProperty("details").EnumerateArray()
        .ToDictionary(detail => detail.GetProperty("name").GetString()!, detail => detail.GetProperty("value").GetDouble());
}
