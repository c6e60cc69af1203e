using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Commands;

/// <summary>Verbs that write make the file or the folder that they are told to, and never those above it.</summary>
public sealed class MissingFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Verbs => ["ask", "ground", "features", "convert", "compose", "bench", "parity"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_missing_folder_above_is_named_in_one_line_before_any_work(string verb)
    {
        string target = _folder["nowhere", "target"], model = BundledModel.Folder, picture = BundledModel.Picture;
        Outcome outcome = await (verb switch
        {
            "ask" => CommandLine.RunAsync(new AskCommand(), verb, picture, "What?", "--model", model, "--draw", target),
            "ground" => CommandLine.RunAsync(new GroundCommand(), verb, picture, "the cup", "--model", model, "--draw", target),
            "features" => CommandLine.RunAsync(new FeaturesCommand(), verb, model, picture, "--out", target),
            "convert" => CommandLine.RunAsync(new ConvertCommand(), verb, model, target),
            "compose" => CommandLine.RunAsync(new ComposeCommand(), verb, target, "--random", "--preset", "comm-7b"),
            "bench" => CommandLine.RunAsync(new BenchCommand(), verb, "picture", "--picture", picture, "--out", target),
            _ => CommandLine.RunAsync(new ParityCommand(), verb, Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "parity"), "--markdown", target),
        });

        Assert.Equal(1, outcome.ExitCode);
        string[] notes = ["drawing every weight", "no tokenizer.model"];
        string line = Assert.Single(
            outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), each => !notes.Any(note => each.Contains(note, StringComparison.Ordinal)));
        Assert.Equal($"commsharp: {target}: cannot be written: there is no folder {_folder["nowhere"]}; make it first, or name another", line);
        Assert.Empty(outcome.Output);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task A_folder_of_golden_cases_that_is_not_there_is_one_line()
    {
        Outcome missing = await CommandLine.RunAsync(new ParityCommand(), "parity", _folder["nope"]);
        Assert.Equal(1, missing.ExitCode);
        Assert.StartsWith($"commsharp: {_folder["nope"]}: there is no such folder", missing.ErrorLine, StringComparison.Ordinal);

        Outcome empty = await CommandLine.RunAsync(new ParityCommand(), "parity", _folder.Path);
        Assert.Equal((1, $"commsharp: {_folder["manifest.json"]}: there is no such file; check the path"), (empty.ExitCode, empty.ErrorLine));
    }
}
