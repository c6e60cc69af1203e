using System.Globalization;
using System.Text;
using CommSharp.Data.Pages;
using CommSharp.Evaluation.Running;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Reports;

/// <summary>
/// A finished evaluation as one HTML file with plots and samples, which holds its pictures, loads nothing and runs nothing. Words of models and data
/// are shown as words, whatever they are.
/// </summary>
public static class HtmlReport
{
    private const int LongestSide = 320; // pixels of a shown picture

    private const string Style = """
        :root { --bar: #0072b2; }
        @media (prefers-color-scheme: dark) { :root { --bar: #56b4e9; } }
        h2 { margin: 2rem 0 .5rem; }
        article h2 { margin: 0; }
        th, td { text-align: right; }
        th:first-child, td:first-child { text-align: left; }
        svg { display: block; max-width: 40rem; width: 100%; }
        svg rect { fill: var(--bar); }
        svg text { dominant-baseline: middle; fill: CanvasText; font-size: 13px; }
        .headline { font-size: 1.25rem; font-weight: bold; }

        """;

    /// <summary>Writes the report.</summary>
    /// <param name="result">The run's outcome.</param>
    /// <param name="samples">Its samples, in order.</param>
    /// <param name="shown">How many of them are shown, from the first on.</param>
    /// <param name="picture">Gives the picture of a sample; null where it cannot be read. Asked for shown samples alone.</param>
    /// <param name="boxes">Gives the boxes of the item at an index, in its picture's pixels; null where the task has none.</param>
    /// <returns>The text of report.html, which is well-formed XML, too.</returns>
    public static string Write(
        EvaluationResult result, IReadOnlyList<SampleRecord> samples, int shown, Func<SampleRecord, RgbImage?> picture, Func<int, ReportBoxes?> boxes)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(shown);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(boxes);
        var content = ReportContent.Of(result);
        var html = new StringBuilder(HtmlPage.Beginning(result.Title, HtmlPage.TableStyle + Style));
        html.Append("<p class=\"headline\" dir=\"auto\">").Append(HtmlPage.Text(content.Headline)).Append("</p>\n");
        AppendList(html, content.Notes);
        foreach (ReportTable table in content.Tables)
        {
            AppendTable(html, table);
        }

        AppendPlots(html, result.Scores, samples);
        html.Append("<h2>Conventions</h2>\n");
        AppendList(html, content.Conventions);
        AppendTable(html, content.Run);
        AppendSamples(html, samples, shown, picture, boxes);
        return html.Append(HtmlPage.End).ToString();
    }

    private static void AppendList(StringBuilder html, IReadOnlyList<string> lines)
    {
        html.Append("<ul>\n");
        foreach (string line in lines)
        {
            html.Append("<li dir=\"auto\">").Append(HtmlPage.Text(line)).Append("</li>\n");
        }

        html.Append("</ul>\n");
    }

    private static void AppendTable(StringBuilder html, ReportTable table)
    {
        html.Append("<h2>").Append(HtmlPage.Text(table.Heading)).Append("</h2>\n<table>\n");
        HtmlPage.AppendRow(html, table.Columns, "th");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            HtmlPage.AppendRow(html, row, "td");
        }

        html.Append("</table>\n");
    }

    private static void AppendPlots(StringBuilder html, ScoreSheet? sheet, IReadOnlyList<SampleRecord> samples)
    {
        if (sheet?.Scores is [Score headline, ..])
        {
            (string name, (string Label, Score Score)[] bars) = BarsOf(sheet, headline);
            html.Append("<h2>").Append(HtmlPage.Text(name)).Append("</h2>\n").Append(SvgPlot.Bars(name, bars));
        }

        double[] scores = [.. samples.Select(sample => sample.Score).OfType<double>().Where(double.IsFinite)];
        if (scores.Length > 0)
        {
            string name = $"Scores of {Number(scores.Length)} samples";
            html.Append("<h2>").Append(name).Append("</h2>\n").Append(SvgPlot.Bins(name, ScoreHistogram.Of(scores)));
            html.Append(scores.Length < samples.Count ? $"<p>{Number(samples.Count - scores.Length)} samples have no score of their own.</p>\n" : "");
        }
    }

    /// <summary>The parts by the score that papers print, or by their own first; without parts, the scores that share the first one's unit.</summary>
    private static (string Name, (string Label, Score Score)[] Bars) BarsOf(ScoreSheet sheet, Score headline)
    {
        Score[] inParts = [.. sheet.Groups.SelectMany(group => group.Scores)];
        if ((inParts.FirstOrDefault(score => score.Name == headline.Name) ?? inParts.FirstOrDefault()) is not { } chosen)
        {
            return ("Scores as bars", [.. sheet.Scores.Where(score => score.Unit == headline.Unit).Select(score => (score.Name, score))]);
        }

        IEnumerable<(string, Score)> bars =
            from @group in sheet.Groups
            from score in @group.Scores
            where score.Name == chosen.Name && score.Unit == chosen.Unit
            select (@group.Name, score);
        return ($"{chosen.Name} of parts", [.. bars]);
    }

    private static void AppendSamples(
        StringBuilder html, IReadOnlyList<SampleRecord> samples, int shown, Func<SampleRecord, RgbImage?> picture, Func<int, ReportBoxes?> boxes)
    {
        int tiles = Math.Min(shown, samples.Count);
        if (tiles == 0)
        {
            return;
        }

        html.Append("<h2>Samples</h2>\n<p>The first ").Append(Number(tiles)).Append(" of ").Append(Number(samples.Count));
        html.Append(". Green: the target's box. Orange: the answered box.</p>\n");
        foreach (SampleRecord sample in samples.Take(tiles))
        {
            html.Append("<article>\n").Append(PictureOf(sample, picture(sample), boxes(sample.Index)));
            html.Append("<div>\n<h2 dir=\"auto\">").Append(HtmlPage.Text(sample.Id)).Append("</h2>\n<p class=\"place\" dir=\"auto\">");
            html.Append(HtmlPage.Text(sample.Part is { } part ? $"{part}, {sample.Picture}" : sample.Picture)).Append("</p>\n<dl>\n");
            HtmlPage.AppendEntry(html, "prompt", sample.Prompt);
            HtmlPage.AppendEntry(html, "answer", sample.Answer);
            HtmlPage.AppendEntry(html, "parsed", sample.Parsed ?? ReportContent.Undefined);
            HtmlPage.AppendEntry(html, "target", sample.Target ?? ReportContent.Undefined);
            HtmlPage.AppendEntry(html, "score", sample.Score?.ToString("0.0000", CultureInfo.InvariantCulture) ?? ReportContent.Undefined);
            html.Append("</dl>\n</div>\n</article>\n");
        }
    }

    private static string PictureOf(SampleRecord sample, RgbImage? picture, ReportBoxes? boxes)
    {
        if (picture is null)
        {
            return "<p>The picture cannot be read.</p>\n";
        }

        List<LabeledBox> drawn = [];
        if (boxes?.Target is { } target)
        {
            drawn.Add(new LabeledBox(target, Color: HtmlPage.TrueBoxColor));
        }

        if (boxes?.Answered is { } answered)
        {
            drawn.Add(new LabeledBox(answered, Color: HtmlPage.AnsweredBoxColor));
        }

        return HtmlPage.Picture(HtmlPage.Shrunk(picture, LongestSide), picture, drawn, $"{sample.Picture} with {Number(drawn.Count)} boxes");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
