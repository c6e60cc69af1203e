using System.Globalization;
using System.Text;
using CommSharp.Data.Pages;

namespace CommSharp.Evaluation.Reports;

/// <summary>Plots as SVG to stand in an HTML page, whose style colours them.</summary>
internal static class SvgPlot
{
    private const int Width = 640;
    private const int LabelWidth = 200;
    private const int ValueWidth = 100;
    private const int LineHeight = 24;
    private const int HistogramHeight = 160;
    private const int LongestLabel = 28; // characters that fit into the label's width

    /// <summary>A lying bar for each score, from 0 to the largest; percentages to 100.</summary>
    /// <param name="description">What is plotted.</param>
    /// <param name="bars">The labels and scores, at least one, all of one unit.</param>
    public static string Bars(string description, IReadOnlyList<(string Label, Score Score)> bars)
    {
        double largest = bars.Max(bar => bar.Score.Value ?? 0);
        double full = bars[0].Score.Unit == "%" ? Math.Max(100, largest) : largest;
        var svg = Opened(description, LineHeight * bars.Count);
        for (int i = 0; i < bars.Count; i++)
        {
            (string label, Score score) = bars[i];
            double share = full > 0 ? Math.Clamp((score.Value ?? 0) / full, 0, 1) : 0;
            double length = share * (Width - LabelWidth - ValueWidth);
            double middle = (i + 0.5) * LineHeight;
            string cut = label.Length > LongestLabel ? label[..LongestLabel] + "…" : label;
            svg.Append(Words(LabelWidth - 8, middle, "end", cut));
            svg.Append(Bar(LabelWidth, (i * LineHeight) + 3, length, LineHeight - 6, $"{label}: {score.Shown(ReportContent.Undefined)}"));
            svg.Append(Words(LabelWidth + length + 6, middle, "start", score.Shown(ReportContent.Undefined)));
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A standing bar for each bin.</summary>
    /// <param name="description">What is plotted.</param>
    /// <param name="histogram">The bins.</param>
    public static string Bins(string description, ScoreHistogram histogram)
    {
        const int Above = 20;
        double step = (double)Width / histogram.Counts.Count;
        int most = Math.Max(1, histogram.Counts.Max());
        var svg = Opened(description, Above + HistogramHeight + LineHeight);
        for (int i = 0; i < histogram.Counts.Count; i++)
        {
            int count = histogram.Counts[i];
            double height = (double)HistogramHeight * count / most;
            double top = Above + HistogramHeight - height;
            string range = $"{Number(histogram.Edge(i))} to {Number(histogram.Edge(i + 1))}";
            svg.Append(Bar((i * step) + 2, top, step - 4, height, $"{range}: {Number(count)}"));
            svg.Append(Words((i + 0.5) * step, top - 9, "middle", Number(count)));
            svg.Append(Words((i + 0.5) * step, Above + HistogramHeight + (LineHeight / 2.0), "middle", $"{Number(histogram.Edge(i))}–{Number(histogram.Edge(i + 1))}"));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static StringBuilder Opened(string description, int height) => new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
        .Append(Number(Width)).Append(' ').Append(Number(height)).Append("\" aria-label=\"").Append(HtmlPage.Text(description)).Append("\">\n");

    private static string Bar(double x, double y, double width, double height, string title) =>
        $"<rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"><title>{HtmlPage.Text(title)}</title></rect>\n";

    private static string Words(double x, double y, string anchor, string text) =>
        $"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\">{HtmlPage.Text(text)}</text>\n";

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
