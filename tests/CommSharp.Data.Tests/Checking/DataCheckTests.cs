using CommSharp.Data.Checking;
using CommSharp.Data.Formats;
using CommSharp.Data.Pictures;
using CommSharp.Imaging;

namespace CommSharp.Data.Tests.Checking;

public sealed class DataCheckTests
{
    [Fact]
    public void The_names_of_formats_are_in_order_and_distinct() =>
        Assert.Equal(DataFormats.All.Select(format => format.Name).Distinct().Order(StringComparer.Ordinal), DataFormats.All.Select(format => format.Name));

    [Fact]
    public void Every_record_is_looked_at_and_what_is_wrong_is_sorted_by_kind()
    {
        using var folder = new TemporaryFolder();
        PngFile.Write(folder["a.png"], new RgbImage(20, 10, new byte[600]));
        folder.Write("b.png", "no picture");
        folder.Write("c.png", "no picture either");
        DataCheckOutcome outcome = Run(
            folder, Record("a.png", 0), Record("a.png", 30), Record("x 1.png", 0), Record("b.png", 0), Record("a.png", 40), Record("c.png", 0), Record("a.png", 1));
        Assert.Equal((2, 4, 1, null), (outcome.Records, outcome.Boxes, outcome.Pictures, outcome.End));
        Assert.Equal(5, outcome.Problems.All.Count);
        ProblemKind[] kinds = [.. ProblemKind.Of(outcome.Problems.All)];
        Assert.Equal([2, 2, 1], kinds.Select(kind => kind.Count));
        Assert.Equal("boxes[…]: the box … stands out of the picture of … pixels by more than … pixel", kinds[0].Description);
        Assert.StartsWith("…: is not a picture", kinds[1].Description, StringComparison.Ordinal);
        Assert.Equal("names the picture …, but there is no file …; check the folder of pictures", kinds[2].Description);
        Assert.Equal(1, kinds[0].First.Place.Line);
    }

    [Fact]
    public void Names_of_members_stay_in_the_description_of_a_kind()
    {
        var place = new DataPlace("a.json", Field: "images[3].size");
        DataException[] problems = [new(place, "has no member 'id'"), new(place, "has no member 'width'"), new(place, "is 'abc'; 0 or 1 is needed"), new(place, "is 'de''; 0 or 1 is needed")];
        Assert.Equal(
            ["images[…].size: has no member 'id'", "images[…].size: has no member 'width'", "images[…].size: is …'; … or … is needed", "images[…].size: is …; … or … is needed"],
            ProblemKind.Of(problems).Select(kind => kind.Description).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_cannot_be_read_on_ends_the_check_and_keeps_what_was_found()
    {
        IEnumerable<IDataRecord> Read()
        {
            yield return Record("a.png", 0);
            throw new DataException(new DataPlace("a.json"), "was cut");
        }

        DataCheckOutcome outcome = DataCheck.Run(new DataFormat("made", "", _ => Read()), "a.json", new DataCheckOptions(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((1, "a.json: was cut"), (outcome.Records, outcome.End!.Message));
    }

    [Fact]
    public void Too_many_problems_end_the_check()
    {
        IEnumerable<IDataRecord> bad = Enumerable.Range(0, DataCheck.MostProblems + 10).Select(_ => Record("same", 0) with { Id = "same" });
        DataCheckOutcome outcome = DataCheck.Run(new DataFormat("made", "", _ => bad), "a.json", new DataCheckOptions(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((1, DataCheck.MostProblems), (outcome.Records, outcome.Problems.All.Count));
        Assert.NotNull(outcome.End);
    }

    [Fact]
    public void A_check_can_be_stopped_and_tells_how_far_it_is()
    {
        using var stop = new CancellationTokenSource();
        var told = new Told(stop);
        var format = new DataFormat("made", "", _ => Enumerable.Repeat(Record("a.png", 0), 1000));
        Assert.Throws<OperationCanceledException>(() => DataCheck.Run(format, "a.json", new DataCheckOptions { Limit = 500 }, told, stop.Token));
        Assert.Equal([new WorkProgress("records.jsonl", 100, 500)], told.Reports);
    }

    [Fact]
    public void A_page_shows_words_as_words_and_pictures_with_their_boxes()
    {
        using var folder = new TemporaryFolder();
        PngFile.Write(folder["a.png"], new RgbImage(1000, 500, new byte[1_500_000]));
        folder.Write("b.png", "no picture");
        string page = folder["page.html"];
        var problems = new CommSharp.Data.Reading.DataProblems();
        MadeRecord hostile = Record("a.png", 0) with { Text = "<script>alert('x')</script> & \u202e" };
        SamplePage.Write(page, "<b>", [hostile, Record("b.png", 0)], new PictureFolder(folder.Path), problems);
        string html = File.ReadAllText(page);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("<title>&lt;b&gt;</title>", html, StringComparison.Ordinal);
        Assert.Contains("thing: 0, 0, 10, 10", html, StringComparison.Ordinal);
        Assert.Contains("light dark", html, StringComparison.Ordinal);
        Assert.Contains("b.png", Assert.Single(problems.All).Message, StringComparison.Ordinal);
        Assert.Equal(["a.png", "b.png", "page.html"], folder.Entries);

        string png = html.Split("data:image/png;base64,")[1].Split('"')[0];
        RgbImage shown = ImageDecoder.Decode(Convert.FromBase64String(png));
        Assert.Equal((480, 240), (shown.Width, shown.Height));
        Assert.NotEqual(default, shown[2, 0]);           // the first box's frame, on a black picture
        Assert.Equal(new RgbColor(0, 0, 0), shown[300, 200]);
    }

    [Fact]
    public void A_small_picture_is_enlarged_so_that_its_boxes_can_be_seen()
    {
        using var folder = new TemporaryFolder();
        PngFile.Write(folder["a.png"], new RgbImage(20, 10, new byte[600]));
        SamplePage.Write(folder["page.html"], "small", [Record("a.png", 0)], new PictureFolder(folder.Path), new());
        Assert.Contains("<img width=\"240\" height=\"120\"", File.ReadAllText(folder["page.html"]), StringComparison.Ordinal);
    }

    private static DataCheckOutcome Run(TemporaryFolder folder, params MadeRecord[] records)
    {
        var format = new DataFormat("made", "", _ => records.Select((record, i) => record with { Id = $"{i}", Place = new DataPlace("records.jsonl", Line: i) }));
        return DataCheck.Run(format, "records.jsonl", new DataCheckOptions { Pictures = new PictureFolder(folder.Path) });
    }

    private static MadeRecord Record(string picture, double left) => new(null, picture) { Boxes = [Box(0), Box(left)] };

    private static RecordBox Box(double left) => new($"boxes[{left}]", new PixelBox(left, 0, left + 10, 10)) { Label = "thing" };

    private sealed record MadeRecord(string? Id, string? Picture) : IDataRecord
    {
        public DataPlace Place { get; init; } = new("records.jsonl");

        public PictureSize? StatedSize => null;

        public required IEnumerable<RecordBox> Boxes { get; init; }

        public string Text { get; init; } = "";

        public IEnumerable<RecordText> Texts => [new("text", Text)];
    }

    private sealed class Told(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public List<WorkProgress> Reports { get; } = [];

        public void Report(WorkProgress value)
        {
            Reports.Add(value);
            stop.Cancel();
        }
    }
}
