using System.Net;
using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Data.Checking;

/// <summary>
/// A page of samples to look at: one HTML file that holds its pictures, loads nothing, runs nothing, and follows the reader's choice of light or
/// dark. Words of the data are shown as words, whatever they are.
/// </summary>
public static class SamplePage
{
    private const int LargestSide = 480;             // pixels of a shown picture
    private const int SmallestSide = 240;            // smaller pictures are enlarged, so that labels can be read
    private const int LongestText = 2000;            // characters of a text
    private const int MostBoxes = 100;               // of a record, in the picture and in the list

    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
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
        </style>

        """;

    /// <summary>Writes a page, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="heading">What the samples are of.</param>
    /// <param name="samples">The records; each names a picture.</param>
    /// <param name="pictures">The folder of pictures.</param>
    /// <param name="problems">Takes pictures that cannot be decoded; the page shows their records without a picture.</param>
    /// <exception cref="CommSharpException">The file cannot be written.</exception>
    public static void Write(string path, string heading, IEnumerable<IDataRecord> samples, PictureFolder pictures, DataProblems problems)
    {
        using var file = new AtomicFile(path);
        file.Write(Encoding.UTF8.GetBytes($"{Head}<title>{Encoded(heading)}</title>\n</head>\n<body>\n<h1>{Encoded(heading)}</h1>\n"));
        foreach (IDataRecord sample in samples)
        {
            file.Write(Encoding.UTF8.GetBytes(Article(sample, pictures, problems)));
        }

        file.Write("</body>\n</html>\n"u8);
        file.Commit();
    }

    private static string Article(IDataRecord record, PictureFolder pictures, DataProblems problems)
    {
        var html = new StringBuilder("<article>\n");
        RecordBox[] boxes = [.. record.Boxes.Take(MostBoxes)];
        html.Append(PictureOf(record, boxes, pictures, problems));
        html.Append("<div>\n<h2 dir=\"auto\">").Append(Encoded(record.Id ?? record.Picture ?? "")).Append("</h2>\n");
        html.Append("<p class=\"place\">").Append(Encoded(record.Place.ToString())).Append("<br>").Append(Encoded(record.Picture ?? "")).Append("</p>\n<dl>\n");
        foreach (RecordText text in record.Texts)
        {
            html.Append("<dt>").Append(Encoded(text.Field)).Append("</dt><dd dir=\"auto\">").Append(Encoded(text.Text)).Append("</dd>\n");
        }

        html.Append("</dl>\n<ul>\n");
        foreach (RecordBox box in boxes)
        {
            string edges = FormattableString.Invariant($"{box.Box.X1:0.##}, {box.Box.Y1:0.##}, {box.Box.X2:0.##}, {box.Box.Y2:0.##}");
            html.Append("<li dir=\"auto\">").Append(Encoded($"{box.Label ?? box.Field}: {edges}")).Append("</li>\n");
        }

        int more = record.Boxes.Skip(MostBoxes).Count();
        return html.Append(more > 0 ? $"<li>and {more} more, which are not drawn</li>\n" : "").Append("</ul>\n</div>\n</article>\n").ToString();
    }

    private static string PictureOf(IDataRecord record, RecordBox[] boxes, PictureFolder pictures, DataProblems problems)
    {
        RgbImage picture;
        try
        {
            picture = pictures.Read(record.Picture!, record.Place);
        }
        catch (DataException error)
        {
            problems.Bear(error);
            return $"<p>{Encoded(error.Problem)}</p>\n";
        }

        RgbImage shown = Scaled(picture);
        double across = (double)shown.Width / picture.Width, down = (double)shown.Height / picture.Height;
        LabeledBox[] labeled = [.. boxes.Select(box => new LabeledBox(
            new PixelBox(box.Box.X1 * across, box.Box.Y1 * down, box.Box.X2 * across, box.Box.Y2 * down), box.Label))];
        string png = Convert.ToBase64String(PngFile.Encode(BoxPainter.Paint(shown, labeled)));
        return $"<img width=\"{shown.Width}\" height=\"{shown.Height}\" alt=\"{Encoded(record.Picture!)} with {boxes.Length} boxes\" src=\"data:image/png;base64,{png}\">\n";
    }

    /// <summary>Large pictures are shrunk; of small ones each pixel becomes a square of several.</summary>
    private static RgbImage Scaled(RgbImage picture)
    {
        int longer = Math.Max(picture.Width, picture.Height);
        if (longer > LargestSide)
        {
            int Side(int side) => Math.Max(1, (int)Math.Round((double)side * LargestSide / longer));
            return Resampler.Resize(picture, Side(picture.Width), Side(picture.Height));
        }

        int times = (SmallestSide + longer - 1) / longer;
        return times > 1 ? Resampler.Resize(picture, picture.Width * times, picture.Height * times, ResampleFilter.Nearest) : picture;
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text.Length > LongestText ? text[..LongestText] + "…" : text);
}
