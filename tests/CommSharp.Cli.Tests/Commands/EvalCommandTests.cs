using System.Text.Json;
using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Commands;

public sealed class EvalCommandTests : IDisposable
{
    private static readonly string Fixtures = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "formats");

    private readonly TemporaryFolder _folder = new();

    public EvalCommandTests()
    {
        _folder.Write("pope/coco_pope_random.json", File.ReadAllBytes(Path.Combine(Fixtures, "shikra", "coco_pope_random.jsonl")));
        foreach (string picture in Directory.EnumerateFiles(Path.Combine(Fixtures, "coco", "train2014")))
        {
            _folder.Write($"pope/val2014/{Path.GetFileName(picture)}", File.ReadAllBytes(picture));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_benchmark_is_run_and_every_convention_is_told()
    {
        Outcome outcome = await RunAsync("pope-random", "--max-tokens", "4");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("POPE random", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("yes ratio", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Pictures are padded to a square with the picture in its middle (filled with #ffffff)", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(_folder["run", "samples.jsonl"], TestContext.Current.CancellationToken)).Length);

        Outcome again = await RunAsync("pope-random", "--max-tokens", "4", "--json");
        Assert.Equal(2, JsonDocument.Parse(again.Output).RootElement.GetProperty("result").GetProperty("scores").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(2, "pope-randon", "BENCHMARK")]
    [InlineData(2, "pope-random", "at least 1", "--batch", "0")]
    [InlineData(1, "pope-popular", "there is no coco_pope_popular.json")]
    [InlineData(1, "pope-random", "<question> 0 times", "--template", "Look at <image>")]
    public async Task What_cannot_be_run_is_said_in_one_line(int exitCode, string benchmark, string problem, params string[] more)
    {
        Outcome outcome = await RunAsync([benchmark, .. more]);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", outcome.Error, StringComparison.Ordinal);
    }

    private Task<Outcome> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        new EvalCommand(), ["eval", .. arguments, "--model", BundledModel.Folder, "--data", _folder["pope"], "--out", _folder["run"]]);
}
