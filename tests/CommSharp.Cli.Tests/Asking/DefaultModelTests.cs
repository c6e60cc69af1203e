using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Commands;
using CommSharp.Cli.Commands.Data;
using CommSharp.Grounding;

namespace CommSharp.Cli.Tests.Asking;

/// <summary>The model that comes with the program: found without being named, and as good as its card says.</summary>
public sealed partial class DefaultModelTests : IDisposable
{
    private const double Side = 336; // of the bundled scene
    private const double Tolerance = 3; // percentage points: 200 scenes are not all of them

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_command_of_the_readme_finds_what_it_asks_for()
    {
        Outcome outcome = await CommandLine.RunAsync(new AskCommand(), "ask", TabletopModel.Picture, "Where is the big red heart?", "--json");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("the tabletop model answers", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(outcome.Output);
        JsonElement phrase = Assert.Single(report.RootElement.GetProperty("answer").GetProperty("phrases").EnumerateArray());
        double[] box = [.. phrase.GetProperty("regions")[0].GetProperty("normalized").EnumerateArray().Select(number => number.GetDouble())];
        double overlap = BoxOverlap.PreciseIntersectionOverUnion(
            new NormalizedBox(box[0], box[1], box[2], box[3]), new NormalizedBox(143 / Side, 22 / Side, 257 / Side, 127 / Side));
        Assert.True(overlap > 0.5, string.Join(", ", box));
    }

    /// <summary>It was taught to begin with "Answer: ", and when it had to begin with a bracket it put boxes anywhere.</summary>
    [Fact]
    public async Task What_ground_finds_is_what_ask_finds()
    {
        Outcome asked = await CommandLine.RunAsync(new AskCommand(), "ask", TabletopModel.Picture, "Where is the big red heart in the picture? Answer with its coordinates.");
        Outcome grounded = await CommandLine.RunAsync(new GroundCommand(), "ground", TabletopModel.Picture, "the big red heart");
        string found = PixelsRow().Match(asked.Output).Value;
        Assert.NotEmpty(found);
        Assert.Equal(found, PixelsRow().Match(grounded.Output).Value);
    }

    [Fact]
    public async Task Its_folder_comes_with_the_program_and_fits_its_card()
    {
        Assert.Equal(0, (await CommandLine.RunAsync(new InspectCommand(), "inspect", DefaultModel.Find())).ExitCode);
        long bytes = new DirectoryInfo(TabletopModel.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.InRange(bytes, 1, 25_000_000);
    }

    [Fact]
    public async Task It_finds_what_its_card_says_that_it_finds()
    {
        string world = _folder["world"];
        Outcome rendered = await CommandLine.RunAsync(
            new DataCommand(), "data", "render", world, "--train", "1", "--validation", "1", "--test", "200", "--classes", "0", "--size", "168");
        Assert.Equal(0, rendered.ExitCode);
        Outcome outcome = await CommandLine.RunAsync(
            new EvalCommand(), "eval", "tabletop-rec", "--data", Path.Combine(world, "test"), "--out", _folder["rec"], "--batch", "32", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using var report = JsonDocument.Parse(outcome.Output);
        double found = report.RootElement.GetProperty("result").GetProperty("scores").GetProperty("scores")[0].GetProperty("value").GetDouble();
        Match card = RecRow().Match(await File.ReadAllTextAsync(Path.Combine(TabletopModel.Folder, "README.md"), TestContext.Current.CancellationToken));
        Assert.True(card.Success, "The card has no row of REC.");
        Assert.InRange(found, double.Parse(card.Groups[1].Value, CultureInfo.InvariantCulture) - Tolerance, 100);
    }

    [GeneratedRegex("pixels [0-9., ]+")]
    private static partial Regex PixelsRow();

    [GeneratedRegex(@"^\| REC, IoU > 0\.5 \| ([0-9.]+) ", RegexOptions.Multiline)]
    private static partial Regex RecRow();
}
