using System.Text.Json;
using CommSharp.Cli.Commands.Data;

namespace CommSharp.Cli.Tests.Commands.Data;

public sealed class DataRenderCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_world_is_drawn_and_data_check_finds_nothing_wrong_with_it()
    {
        Outcome outcome = await RunAsync("render", _folder["world"], "--train", "4", "--validation", "2", "--test", "3", "--classes", "2", "--size", "128", "--threads", "2", "--json");
        Assert.Equal(0, outcome.ExitCode);
        using var report = JsonDocument.Parse(outcome.Output);
        Assert.Equal((128, 4, 2, 3, 2), (Number("side"), Number("train"), Number("validation"), Number("test"), Number("classes")));
        Assert.Equal(["test", "train", "validation", "world.json"], Directory.EnumerateFileSystemEntries(_folder["world"]).Select(each => Path.GetFileName(each)).Order(StringComparer.Ordinal));
        Outcome check = await RunAsync("check", "shikra-region", _folder["world", "train", "rec.jsonl"], "--pictures", _folder["world", "train", "images"]);
        Assert.Equal(0, check.ExitCode);

        int Number(string name) => report.RootElement.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task What_was_drawn_is_told()
    {
        Outcome outcome = await RunAsync("render", _folder["world"], "--train", "2", "--validation", "0", "--test", "0");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("112 x 112 pixels", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("train", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("validation", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_refused()
    {
        _folder.Write("world/notes.txt", "mine");
        Outcome outcome = await RunAsync("render", _folder["world"], "--train", "1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("something is there already", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["world"], _folder.Entries);
    }

    [Theory]
    [InlineData("--size must be from 112 to 4096", "--size", "111")]
    [InlineData("--closer must be from 1 to 1.7", "--closer", "3")]
    [InlineData("--train must be from 0", "--train", "-1")]
    [InlineData("--threads must be from 1", "--threads", "0")]
    public async Task Numbers_out_of_their_range_are_wrong_usage(string problem, params string[] more)
    {
        Outcome outcome = await RunAsync(["render", _folder["world"], .. more]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    private static Task<Outcome> RunAsync(params string[] arguments) => CommandLine.RunAsync(new DataCommand(), ["data", .. arguments]);
}
