using System.Text.Json;
using CommSharp.Cli.Commands;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tests.Running;

namespace CommSharp.Cli.Tests.Commands.Train;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _recipe;

    public TrainCommandTests()
    {
        GroundingSamples.Write(_folder.Path, 8);
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path);
        _recipe = GroundingSamples.AsFile(
            recipe with
            {
                Schedule = new ScheduleSettings { Steps = 2, LearningRate = 2e-3, WarmUp = 0 },
                Validation = new ValidationSettings { Data = recipe.Data, EverySteps = 2, Samples = 2, Answers = 1, MaxTokens = 4 },
            },
            _folder.Path).Source;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("schedule.stpes=3", "\"stpes\" is unknown")]
    [InlineData("trained.groups[0].part=mergers", "trained.groups[0].part")]
    [InlineData("trained.groups[9].part=merges", "fits nowhere")]
    [InlineData("data={\"kind\":\"concat\",\"parts\":[]}", "\"data.parts\" is empty")]
    [InlineData("model.path=nowhere", "nowhere")]
    [InlineData("model={\"kind\":\"random\",\"preset\":\"comm-8b\",\"tokenizer\":\"t\"}", "comm-8b")]
    [InlineData("data.pictures=nowhere", "nowhere")]
    [InlineData("data.path=nowhere.jsonl", "nowhere.jsonl")]
    public async Task What_cannot_be_meant_is_one_line_that_names_it(string change, string named)
    {
        Outcome outcome = await RunAsync(_recipe, "--out", _folder["run"], "--set", change);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("commsharp: ", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(named, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("should not have happened", outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("comm-8b", "There is no recipe \"comm-8b\"; known: bccd, comm-7b-")]
    [InlineData("nowhere.json", "nowhere.json: there is no such file")]
    public async Task An_unknown_recipe_is_one_line(string recipe, string said)
    {
        Outcome outcome = await RunAsync(recipe, "--out", _folder["run"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(said, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Theory]
    [InlineData("0h")]
    [InlineData("110")]
    [InlineData("99999999999999h")]
    [InlineData("-1m")]
    public async Task A_time_that_is_none_is_refused(string time)
    {
        Outcome outcome = await RunAsync(_recipe, "--out", _folder["run"], $"--stop-after={time}");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("is no time", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_is_told_as_json_and_once_it_is_complete_told_again()
    {
        Outcome first = await RunAsync(_recipe, "--out", _folder["run"], "--json");
        Outcome again = await RunAsync(_recipe, "--out", _folder["run"], "--json");
        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Equal(first.Output, again.Output);
        JsonElement run = Assert.Single(JsonDocument.Parse(first.Output).RootElement.GetProperty("runs").EnumerateArray());
        JsonElement result = run.GetProperty("result");
        Assert.Equal((2, true), (result.GetProperty("step").GetInt32(), result.GetProperty("isComplete").GetBoolean()));
        Assert.True(Directory.Exists(result.GetProperty("model").GetString()));
        Assert.True(result.GetProperty("validationLoss").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Number, result.GetProperty("exactAnswers").ValueKind);
    }

    [Fact]
    public async Task A_study_runs_every_patch_and_puts_them_side_by_side()
    {
        _folder.Write("patches/a.json", "{}");
        _folder.Write("patches/b.json", """{ "seed": 6, "schedule.steps": 3 }""");
        Outcome stopped = await RunAsync(_recipe, "--out", _folder["study"], "--patches", _folder["patches"], "--stop-after", "0.001s");
        Assert.Equal(0, stopped.ExitCode);
        Assert.Contains("the same command goes on from there", stopped.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["study", "b"]));

        Outcome outcome = await RunAsync(_recipe, "--out", _folder["study"], "--patches", _folder["patches"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("held-out loss", outcome.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(_folder["study", "a", "model"]));
        Assert.True(Directory.Exists(_folder["study", "b", "model"]));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string table = await File.ReadAllTextAsync(_folder["study", "study.md"], cancellation);
        Assert.Contains("| run | steps | loss | held-out loss | exact answers | mean IoU | seconds | changes |", table, StringComparison.Ordinal);
        Assert.Matches(@"\| a \| 2 \| \d\.\d{4} \| \d\.\d{4} \|", table);
        Assert.Contains("seed=6, schedule.steps=3 |", table, StringComparison.Ordinal);
        JsonElement rows = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["study", "study.json"], cancellation)).RootElement.GetProperty("rows");
        Assert.Equal(["a", "b"], rows.EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(Path.Combine("b", "model"), rows[1].GetProperty("result").GetProperty("model").GetString());

        DateTime written = File.GetLastWriteTimeUtc(_folder["study", "a", "card.json"]);
        Outcome again = await RunAsync(_recipe, "--out", _folder["study"], "--patches", _folder["patches"]);
        Assert.Equal(outcome.Output, again.Output);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["study", "a", "card.json"]));
    }

    [Theory]
    [InlineData("""{ "sched.steps": 3 }""", "sched")]
    [InlineData("""{ "data.parts[0].task": "rec" }""", "data.parts[0].task")]
    [InlineData("""{ "model": { "kind": "random", "preset": "comm-7b", "patches": ["vision.branches[0].layrs=half"], "tokenizer": "t" } }""", "layrs")]
    [InlineData("[1]", "a patch is a JSON object")]
    [InlineData("{ \"seed\": 1, }", "not valid JSON")]
    public async Task A_bad_patch_is_found_before_the_first_run(string patch, string named)
    {
        _folder.Write("patches/a.json", "{}");
        string bad = _folder.Write("patches/b.json", patch);
        Outcome outcome = await RunAsync(_recipe, "--out", _folder["study"], "--patches", _folder["patches"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith($"commsharp: {bad}: ", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(named, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["study"]));
    }

    [Fact]
    public async Task A_study_needs_patches_with_names_and_a_folder_of_its_own()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("holds no patch", (await RunAsync(_recipe, "--out", _folder["s"], "--patches", _folder["empty"])).ErrorLine, StringComparison.Ordinal);
        Assert.Contains("no such folder", (await RunAsync(_recipe, "--out", _folder["s"], "--patches", _folder["none"])).ErrorLine, StringComparison.Ordinal);
        _folder.Write("nameless/.json", "{}");
        Assert.Contains("has no name", (await RunAsync(_recipe, "--out", _folder["s"], "--patches", _folder["nameless"])).ErrorLine, StringComparison.Ordinal);
        _folder.Write("patches/a.json", "{}");
        _folder.Write("s/recipe.json", "{}");
        Assert.Contains("holds a single run", (await RunAsync(_recipe, "--out", _folder["s"], "--patches", _folder["patches"])).ErrorLine, StringComparison.Ordinal);
    }

    private static Task<Outcome> RunAsync(params string[] arguments) => CommandLine.RunAsync(new TrainCommand(), ["train", .. arguments, "--device", "cpu"]);
}
