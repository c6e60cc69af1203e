using System.Globalization;
using System.Xml.Linq;
using CommSharp.Evaluation.Reports;
using CommSharp.Evaluation.Running;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Tests.Reports;

public sealed class HtmlReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Every_number_part_and_convention_is_in_a_page_that_is_well_formed()
    {
        XDocument page = Page(ReportSamples.Result(), [ReportSamples.Sample(0)], 0);
        string[] rows = [.. page.Descendants("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)))];
        string[] expected =
        [
            "score|model|pictures exchanged|best constant answer", "accuracy|81.25 %|11.50 %|33.13 %", "mean IoU|70.5000|22.0000|-", "precision|-|-|-",
            "left side|30|90.00 %", "right side|10|-", "without a box|7|-|-",
            "CommSharp|1.2.3", "model|models/comm", "model fingerprint|aaf1", "data fingerprint|bbf2", "template|<image> Where is <expr>?",
        ];
        Assert.All(expected, row => Assert.Contains(row, rows));
        string[] items = [.. page.Descendants("li").Select(item => item.Value)];
        Assert.All(["IoU of more than 0.5 is right.", "The first box counts.", "Pictures are padded.", "Greedy decoding."], convention => Assert.Contains(convention, items));
        Assert.Contains(items, item => item.Contains("[0.1,0.2,0.3,0.4]", StringComparison.Ordinal));
        Assert.Equal("RefCOCO val", page.Descendants("h1").Single().Value);
        Assert.Equal("accuracy: 81.25 % over 40 items", page.Descendants("p").First().Value);
    }

    [Fact]
    public void Hostile_words_are_shown_as_words_wherever_they_come_from()
    {
        const string Words = ReportSamples.Hostile;
        EvaluationResult result = ReportSamples.Result();
        result = result with
        {
            Title = Words,
            Run = result.Run with { Model = Words, Template = Words, Conventions = [Words] },
            Scores = result.Scores! with { Groups = [new ScoreGroup(Words, 1, [Score.Percent("accuracy", 1)])], Counts = [new ScoreCount(Words, 1)] },
            Controls = result.Controls! with { Constant = Words },
        };
        var sample = new SampleRecord(0, Words, Words, Words, Words, Words, Words, Words, null);
        XDocument page = Page(result, [sample], 1);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "b" or "a");
        string shown = Words.Replace('\0', '\ufffd').Replace('\ud800', '\ufffd');
        Assert.Equal(shown, page.Descendants("h1").Single().Value);
        Assert.Equal([shown, shown, shown, shown, "-"], page.Descendants("dd").Select(text => text.Value));
        Assert.StartsWith(shown, page.Descendants("img").Single().Attribute("alt")!.Value, StringComparison.Ordinal);
        Assert.Contains(shown + ": 100.00 %", page.Descendants(Svg + "title").Select(title => title.Value));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(9, 3)]
    public void As_many_samples_are_shown_as_asked_and_there(int shown, int tiles)
    {
        SampleRecord[] samples = [ReportSamples.Sample(0), ReportSamples.Sample(1, null), ReportSamples.Sample(2, 0.5)];
        XElement[] articles = [.. Page(ReportSamples.Result(), samples, shown).Descendants("article")];
        Assert.Equal(samples.Take(tiles).Select(sample => sample.Id), articles.Select(article => article.Descendants("h2").Single().Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => Page(ReportSamples.Result(), samples, -1));
    }

    [Fact]
    public void A_tile_holds_the_picture_made_small_with_the_target_in_green_and_the_answer_in_orange()
    {
        var boxes = new ReportBoxes(new PixelBox(0, 0, 200, 200), new PixelBox(300, 100, 600, 300));
        string html = HtmlReport.Write(
            ReportSamples.Result(), [ReportSamples.Sample(4, 0.25)], 1, _ => new RgbImage(640, 320, new byte[640 * 320 * 3]), index => index == 4 ? boxes : null);
        XElement tile = XDocument.Parse(html).Descendants("article").Single();
        Assert.Equal(["<image> Where?", "There 4.", "parsed it", "the target", "0.2500"], tile.Descendants("dd").Select(text => text.Value));
        string source = tile.Descendants("img").Single().Attribute("src")!.Value;
        RgbImage picture = ImageDecoder.Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]));
        Assert.Equal((320, 160), (picture.Width, picture.Height));
        Assert.Equal(new RgbColor(0, 158, 115), picture[50, 0]);
        Assert.Equal(new RgbColor(230, 159, 0), picture[200, 50]);
        Assert.Equal(new RgbColor(0, 0, 0), picture[310, 5]);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_told_of_and_only_shown_pictures_are_asked_for()
    {
        List<string> asked = [];
        string html = HtmlReport.Write(ReportSamples.Result(), [ReportSamples.Sample(0), ReportSamples.Sample(1)], 1, Nothing, _ => null);
        Assert.Equal(["0.png"], asked);
        Assert.Contains("<p>The picture cannot be read.</p>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);

        RgbImage? Nothing(SampleRecord sample)
        {
            asked.Add(sample.Picture);
            return null;
        }
    }

    [Fact]
    public void Plots_draw_parts_to_scale_and_count_samples_by_score()
    {
        double?[] scores = [0, 0.05, 0.1, 0.95, 1, null];
        XElement[] plots = [.. Page(ReportSamples.Result(), [.. scores.Select((score, i) => ReportSamples.Sample(i, score))], 0).Descendants(Svg + "svg")];
        Assert.Equal(2, plots.Length);
        Assert.Equal([0.9 * 340, 0], plots[0].Elements(Svg + "rect").Select(bar => Length(bar, "width")));
        Assert.Equal(["left side", "90.00 %", "right side", "-"], plots[0].Elements(Svg + "text").Select(text => text.Value));
        Assert.Equal([160, 80, 0, 0, 0, 0, 0, 0, 0, 160], plots[1].Elements(Svg + "rect").Select(bar => Length(bar, "height")));
        Assert.Equal("0.1 to 0.2: 1", plots[1].Elements(Svg + "rect").ElementAt(1).Value);
    }

    [Fact]
    public void Without_parts_the_scores_of_one_unit_are_drawn_and_without_scores_nothing_is()
    {
        EvaluationResult result = ReportSamples.Result();
        XDocument page = Page(result with { Scores = result.Scores! with { Groups = [] } }, [ReportSamples.Sample(0, null)], 0);
        Assert.Equal(["accuracy", "81.25 %", "precision", "-"], page.Descendants(Svg + "text").Select(text => text.Value));
        Assert.Empty(Page(result with { Scores = null, Controls = null }, [ReportSamples.Sample(0, null)], 1).Descendants(Svg + "svg"));
    }

    [Fact]
    public void The_page_loads_and_runs_nothing_and_follows_light_and_dark()
    {
        string html = HtmlReport.Write(ReportSamples.Result(), [], 3, _ => null, _ => null);
        Assert.Contains("default-src 'none'; img-src data:", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_do_not_depend_on_the_culture()
    {
        string Both() => MarkdownReport.Write(ReportSamples.Result()) + HtmlReport.Write(ReportSamples.Result(), [ReportSamples.Sample(0, 0.5)], 1, _ => null, _ => null);
        CultureInfo before = CultureInfo.CurrentCulture;
        string expected = Both();
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone(); // a culture by name is not there on every machine
        commas.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(expected, Both());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Scores_beyond_0_to_1_widen_the_histogram()
    {
        var histogram = ScoreHistogram.Of([-10, 0, 9.99, 10]);
        Assert.Equal([1, 0, 0, 0, 0, 1, 0, 0, 0, 2], histogram.Counts);
        Assert.Equal((-10, 0, 10), (histogram.Edge(0), histogram.Edge(5), histogram.Edge(10)));
    }

    private static double Length(XElement bar, string side) => double.Parse(bar.Attribute(side)!.Value, CultureInfo.InvariantCulture);

    private static XDocument Page(EvaluationResult result, IReadOnlyList<SampleRecord> samples, int shown) =>
        XDocument.Parse(HtmlReport.Write(result, samples, shown, _ => new RgbImage(20, 10, new byte[600]), _ => null));
}
