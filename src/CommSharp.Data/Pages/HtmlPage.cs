using System.Net;
using System.Text;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Data.Pages;

/// <summary>
/// What the HTML files have in common: one file that holds its pictures, loads nothing, runs nothing, and follows the reader's choice of light or
/// dark. Words of the data are shown as words, whatever they are. Pages are well-formed XML, too.
/// </summary>
public static class HtmlPage
{
    private const int LongestText = 2000;            // characters of a text

    private const string HeadStart = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
        <style>
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
        article { border-top: 1px solid GrayText; display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 1.5rem 0; }
        article > div { flex: 1 1 20rem; min-width: 0; overflow-wrap: anywhere; }
        img { height: auto; max-width: 100%; }
        h1 { font-size: 1.5rem; }
        h2 { font-size: 1.1rem; margin: 0; }
        dt, .place, li { font-size: .875rem; opacity: .8; }
        dd { margin: 0 0 .5rem; white-space: pre-wrap; }

        """;

    /// <summary>Rules of style for a page with tables.</summary>
    public const string TableStyle = """
        table { border-collapse: collapse; display: block; max-width: 100%; overflow-x: auto; }
        th, td { border-bottom: 1px solid GrayText; padding: .25rem .75rem; text-align: left; overflow-wrap: anywhere; }

        """;

    /// <summary>The colour of boxes that are the truth: Okabe and Ito's green.</summary>
    public static readonly RgbColor TrueBoxColor = new(0, 158, 115);

    /// <summary>The colour of boxes that a model answered: Okabe and Ito's orange.</summary>
    public static readonly RgbColor AnsweredBoxColor = new(230, 159, 0);

    /// <summary>The end of a page.</summary>
    public const string End = "</body>\n</html>\n";

    /// <summary>The beginning of a page, up to and with its first heading.</summary>
    /// <param name="heading">The heading, as plain text.</param>
    /// <param name="style">More rules of style, each with its line's end; they must not come from data.</param>
    public static string Beginning(string heading, string style = "")
    {
        string encoded = Text(heading);
        return $"{HeadStart}{style}</style>\n<title>{encoded}</title>\n</head>\n<body>\n<h1>{encoded}</h1>\n";
    }

    /// <summary>Text to stand in an element or a quoted attribute; very long text is cut, characters that no page may hold are replaced.</summary>
    /// <param name="text">Any text.</param>
    public static string Text(string text)
    {
        string part = text.Length > LongestText ? text[..LongestText] + "…" : text;
        return WebUtility.HtmlEncode(string.Concat(part.Select(c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is '\uFFFE' or '\uFFFF' ? '\uFFFD' : c)));
    }

    /// <summary>Writes a row of a table.</summary>
    /// <param name="html">Takes it.</param>
    /// <param name="cells">Plain text.</param>
    /// <param name="element">"th" or "td".</param>
    public static void AppendRow(StringBuilder html, IEnumerable<string> cells, string element) =>
        html.Append("<tr>").AppendJoin("", cells.Select(cell => $"<{element} dir=\"auto\">{Text(cell)}</{element}>")).Append("</tr>\n");

    /// <summary>Writes an entry of a list of descriptions.</summary>
    /// <param name="html">Takes it.</param>
    /// <param name="name">The entry's name, as plain text.</param>
    /// <param name="text">Plain text.</param>
    public static void AppendEntry(StringBuilder html, string name, string text) =>
        html.Append("<dt>").Append(Text(name)).Append("</dt><dd dir=\"auto\">").Append(Text(text)).Append("</dd>\n");

    /// <summary>A picture that is no larger than asked.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="longestSide">The most pixels of its longer side.</param>
    /// <returns>The same picture when it is small enough.</returns>
    public static RgbImage Shrunk(RgbImage picture, int longestSide)
    {
        int longer = Math.Max(picture.Width, picture.Height);
        int Side(int side) => Math.Max(1, (int)Math.Round((double)side * longestSide / longer));
        return longer > longestSide ? Resampler.Resize(picture, Side(picture.Width), Side(picture.Height)) : picture;
    }

    /// <summary>The element of a picture with boxes drawn on it; the page itself holds the pixels.</summary>
    /// <param name="shown">The picture in the size in which it is shown.</param>
    /// <param name="original">The picture whose pixels the boxes are in.</param>
    /// <param name="boxes">The boxes.</param>
    /// <param name="description">What is said in place of the picture, as plain text.</param>
    public static string Picture(RgbImage shown, RgbImage original, IEnumerable<LabeledBox> boxes, string description)
    {
        double across = (double)shown.Width / original.Width, down = (double)shown.Height / original.Height;
        LabeledBox[] scaled = [.. boxes.Select(box => box with
        {
            Box = new PixelBox(box.Box.X1 * across, box.Box.Y1 * down, box.Box.X2 * across, box.Box.Y2 * down),
        })];
        string png = Convert.ToBase64String(PngFile.Encode(BoxPainter.Paint(shown, scaled)));
        return $"<img width=\"{shown.Width}\" height=\"{shown.Height}\" alt=\"{Text(description)}\" src=\"data:image/png;base64,{png}\" />\n";
    }
}
