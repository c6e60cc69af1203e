using System.Text.Json;
using CommSharp.Cli.Commands.Score;

namespace CommSharp.Cli.Tests.Commands.Score;

/// <summary>The verbs below "score" through the real command line.</summary>
public sealed class ScoreCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, double?> Verbs => new()
    {
        { "vqa vqa/v2_mscoco_val2014_annotations.json vqa/v2_OpenEnded_mscoco_val2014_commsharp_results.json", "accuracy", 68.3 },
        { "vqa okvqa/mscoco_val2014_annotations.json okvqa/results.json", "accuracy", 46.67 },
        { "pope pope/small_labels.jsonl pope/small_answers.jsonl", "accuracy", 50 },
        { "mme mme/results", "perception", 1183.531746031746 },
        { "captions --annotations captions/annotations.json --results captions/results.json", "CIDEr", 1.9322059069661977 },
        { "reg --references reg/references.jsonl --results reg/predictions.json", "CIDEr", 1.5147488450437558 },
        { "mme mme/results --task OCR --task count", "perception", null },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_verb_gives_its_score_sheet_and_its_items(string line, string score, double? value)
    {
        string[] arguments = [.. line.Split(' ').Select(word => word.Contains('/', StringComparison.Ordinal) ? Fixture(word) : word)];
        Outcome outcome = await RunAsync([.. arguments, "--json", "--items", _folder["items.jsonl"]]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        using var sheet = JsonDocument.Parse(outcome.Output);
        JsonElement first = sheet.RootElement.GetProperty("scores")[0];
        Assert.Equal(score, first.GetProperty("name").GetString());
        JsonElement number = first.GetProperty("value");
        Assert.Equal(value ?? 0, number.ValueKind == JsonValueKind.Null ? 0 : number.GetDouble(), 1e-9);
        Assert.NotEmpty(sheet.RootElement.GetProperty("conventions").EnumerateArray());
        Assert.Equal(sheet.RootElement.GetProperty("count").GetInt32(), (await File.ReadAllLinesAsync(_folder["items.jsonl"], TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Rec_takes_boxes_in_pixels_and_more_thresholds()
    {
        string answers = _folder.Write("answers.jsonl", """
            {"bbox": [0, 0, 320, 480], "width": 640, "height": 480, "answer": "[0.000,0.125,0.500,0.875]"}
            {"bbox": [0, 0, 320, 480], "width": 640, "height": 480, "answer": "[0.000,0.125,0.300,0.875]"}
            {"bbox": [0, 0, 320, 480], "width": 640, "height": 480, "answer": "over there"}
            """);
        Outcome outcome = await RunAsync("rec", answers, "--also", "0.7");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        string[] lines = [.. outcome.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("accuracy 66.67 %", lines);
        Assert.Contains("accuracy of parsed 100.00 %", lines);
        Assert.Contains("accuracy at IoU > 0.7 33.33 %", lines);
        Assert.Contains("answers without a box that can be read 1", lines);
    }

    [Fact]
    public async Task A_bad_file_is_one_line_and_leaves_no_items()
    {
        string answers = _folder.Write("answers.jsonl", await File.ReadAllTextAsync(Fixture("pope/small_answers.jsonl"), TestContext.Current.CancellationToken));
        Damage.CutInTheMiddle(answers);
        Outcome outcome = await RunAsync("pope", Fixture("pope/small_labels.jsonl"), answers, "--items", _folder["items.jsonl"]);

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith($"commsharp: {answers}, line ", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(["answers.jsonl"], _folder.Entries);
    }

    [Fact]
    public async Task A_caption_that_is_missing_is_one_line_that_names_its_picture()
    {
        string results = _folder.Write("results.json", await File.ReadAllTextAsync(Fixture("captions/results.json"), TestContext.Current.CancellationToken));
        Damage.Edit(results, root => root.AsArray().RemoveAt(0));
        Outcome outcome = await RunAsync("captions", "--annotations", Fixture("captions/annotations.json"), "--results", results);

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("has the picture 101327, to which the results give no caption", outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rec", "answers.jsonl", "--threshold", "0")]
    [InlineData("rec", "answers.jsonl", "--also", "1.5")]
    [InlineData("rec", "answers.jsonl", "--convention", "coco")]
    [InlineData("mme", "results", "--task", "counting")]
    [InlineData("vqa", "annotations.json")]
    [InlineData("captions", "--annotations", "annotations.json")]
    [InlineData("reg", "--results", "results.json")]
    public async Task Wrong_usage_points_to_the_verbs_own_help(params string[] arguments)
    {
        Outcome outcome = await RunAsync(arguments);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.EndsWith($"Try: commsharp score {arguments[0]} --help\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mme_results_are_held_against_the_questions_when_they_are_given()
    {
        Outcome outcome = await RunAsync("mme", Fixture("mme/results"), "--task", "existence", "--questions", Fixture("../formats/mme/MME_Benchmark_release_version"));

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("existence.txt, line 1", outcome.ErrorLine, StringComparison.Ordinal);
    }

    private static string Fixture(string path) => Path.GetFullPath(Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "metrics", path));

    private static Task<Outcome> RunAsync(params string[] arguments) => CommandLine.RunAsync(new ScoreCommand(), ["score", .. arguments]);
}
