using System.Text.Json;
using CommSharp.Cli.Commands.Data;

namespace CommSharp.Cli.Tests.Commands.Data;

public sealed class DataCheckCommandTests : IDisposable
{
    private static readonly string Formats = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "formats");
    private static readonly string Pictures = Path.Combine(Formats, "coco", "train2014");

    private readonly TemporaryFolder _folder = new();
    private readonly string _instances;

    public DataCheckCommandTests() =>
        _instances = _folder.Write("instances.json", File.ReadAllBytes(Path.Combine(Formats, "coco", "annotations", "instances_train2014.json")));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("coco-captions", "coco/annotations/captions_train2014.json", "coco/train2014", 3, 0)]
    [InlineData("flickr30k-csv", "flickr30k/results.csv", "flickr30k/flickr30k_images", 3, 0)]
    [InlineData("flickr30k-karpathy", "flickr30k/dataset_flickr30k.json", "flickr30k/flickr30k_images", 3, 0)]
    [InlineData("flickr30k-token", "flickr30k/results_20130124.token", "flickr30k/flickr30k_images", 3, 0)]
    [InlineData("coco-instances", "coco/annotations/instances_train2014.json", "coco/train2014", 7, 7)]
    [InlineData("refcoco", "refcoco/refs(google).p", "coco/train2014", 8, 8)]
    [InlineData("flickr30k-entities", "flickr30k_entities", "flickr30k/flickr30k_images", 4, 12)]
    [InlineData("mme", "mme/MME_Benchmark_release_version", "mme/MME_Benchmark_release_version", 8, 0)]
    public async Task A_right_data_set_is_counted_and_exits_with_zero(string format, string path, string pictures, int records, int boxes)
    {
        Outcome outcome = await CheckAsync(format, Path.Combine(Formats, path), "--pictures", Path.Combine(Formats, pictures), "--json");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        JsonElement report = Report(outcome);
        Assert.Equal((records, boxes, 0), (Number(report, "records"), Number(report, "boxes"), report.GetProperty("problems").GetArrayLength()));
    }

    [Theory]
    [InlineData("pope", "pope/small_labels.jsonl", 60)]
    [InlineData("vqa-annotations", "vqa/v2_mscoco_val2014_annotations.json", 200)]
    [InlineData("vqa-questions", "vqa/v2_OpenEnded_mscoco_val2014_questions.json", 200)]
    public async Task Questions_are_read_without_their_pictures(string format, string path, int records)
    {
        Outcome outcome = await CheckAsync(format, Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "metrics", path), "--json");
        Assert.Equal((0, records), (outcome.ExitCode, Number(Report(outcome), "records")));
    }

    [Fact]
    public async Task All_problems_are_told_and_the_exit_code_is_1()
    {
        Damage.Edit(_instances, root =>
        {
            root["annotations"]![0]!["bbox"]![2] = 60;
            root["annotations"]![1]!["bbox"]![2] = 70;
            root["annotations"]![2]!.AsObject().Remove("category_id");
        });
        Outcome shown = await CheckAsync("coco-instances", _instances, "--pictures", Pictures);
        Assert.Equal((1, $"commsharp: {_instances}: 3 problems; 4 records are right"), (shown.ExitCode, shown.ErrorLine));
        Assert.Contains("         2  annotations[…].bbox: the box … stands out of the picture of … pixels by more than … pixel\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("         1  annotations[…]: has no member 'category_id'; the format requires it\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"  {_instances}, field 'annotations[1].bbox': the box 24.5, 16.25, 94.5, 24.75 stands out", shown.Output, StringComparison.Ordinal);

        Outcome json = await CheckAsync("coco-instances", _instances, "--pictures", Pictures, "--json");
        Assert.Equal(1, json.ExitCode);
        JsonElement report = Report(json), third = report.GetProperty("problems")[2];
        Assert.Equal([2, 1], report.GetProperty("kinds").EnumerateArray().Select(kind => Number(kind, "count")));
        Assert.Equal((_instances, "annotations[2]"), (third.GetProperty("file").GetString()!, third.GetProperty("field").GetString()!));
    }

    [Fact]
    public async Task Many_problems_are_shown_in_part_and_listed_in_full()
    {
        string file = _folder.Write("pope.json", string.Concat(Enumerable.Repeat("{}\n", 30)));
        Outcome shown = await CheckAsync("pope", file);
        Assert.Contains("the first 10 (--json lists all):", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("line 11", shown.Output, StringComparison.Ordinal);
        Assert.Equal(30, Report(await CheckAsync("pope", file, "--json")).GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_ends_too_early_ends_the_check_with_what_was_read()
    {
        Damage.Replace(_instances, "\"categories\"", "\"categories\": [], \"more\"");
        Damage.CutInTheMiddle(_instances);
        Outcome cut = await CheckAsync("coco-instances", _instances, "--pictures", Pictures);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("reading ended here, after 0 right records", cut.Error, StringComparison.Ordinal);
        Assert.Contains("ends too early", cut.Error, StringComparison.Ordinal);
        Assert.Contains("records   0", cut.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_set_without_records_is_a_failure()
    {
        Outcome outcome = await CheckAsync("coco-instances", _folder.Write("empty.json", """{"images": [], "annotations": [], "categories": []}"""));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("there is no record", outcome.Error, StringComparison.Ordinal);
        Outcome split = await CheckAsync("refcoco", Path.Combine(Formats, "refcoco", "refs(umd).p"), "--split", "test");
        Assert.Contains("there is no record of the split 'test'", split.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_records_are_read_when_that_is_asked_for()
    {
        Damage.Edit(_instances, root => root["annotations"]![2]!.AsObject().Remove("id"));
        Assert.Equal(0, (await CheckAsync("coco-instances", _instances, "--pictures", Pictures, "--limit", "2")).ExitCode);
        Assert.Equal(1, (await CheckAsync("coco-instances", _instances, "--pictures", Pictures, "--limit", "3")).ExitCode);
    }

    [Fact]
    public async Task A_page_shows_samples_with_their_boxes()
    {
        string page = _folder["samples.html"];
        Outcome outcome = await CheckAsync("coco-instances", _instances, "--pictures", Pictures, "--html", page, "--samples", "2");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains($"drawn: {page} (2 samples)", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Split("<img ").Length - 1);
    }

    [Theory]
    [InlineData("splits in files of their own", "--split", "train")]
    [InlineData("--limit and --samples", "--limit", "0")]
    [InlineData("name their folder with --pictures", "--html", "page.html")]
    [InlineData("--samples belongs to --html", "--samples", "3")]
    public async Task Options_that_do_not_fit_are_wrong_usage(string problem, params string[] more)
    {
        Outcome outcome = await CheckAsync(["coco-instances", _instances, .. more]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Try: commsharp data check --help", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_pictures_that_is_not_there_is_named_once()
    {
        Outcome outcome = await CheckAsync("coco-instances", _instances, "--pictures", _folder["none"]);
        Assert.Equal((1, $"commsharp: {_folder["none"]}: no such folder; --pictures names the folder of pictures"), (outcome.ExitCode, outcome.ErrorLine));
        Outcome without = await CheckAsync("coco-instances", _instances);
        Assert.Equal((0, "commsharp: pictures are not looked at; --pictures names their folder"), (without.ExitCode, without.ErrorLine));
    }

    private static Task<Outcome> CheckAsync(params string[] arguments) => CommandLine.RunAsync(new DataCommand(), ["data", "check", .. arguments]);

    private static JsonElement Report(Outcome outcome)
    {
        using var report = JsonDocument.Parse(outcome.Output);
        return report.RootElement.Clone();
    }

    private static int Number(JsonElement report, string name) => report.GetProperty(name).GetInt32();
}
