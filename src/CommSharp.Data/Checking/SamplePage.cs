using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Data.Pages;
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
    private const int MostBoxes = 100;               // of a record, in the picture and in the list

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
        file.Write(Encoding.UTF8.GetBytes(HtmlPage.Beginning(heading)));
        foreach (IDataRecord sample in samples)
        {
            file.Write(Encoding.UTF8.GetBytes(Article(sample, pictures, problems)));
        }

        file.Write(Encoding.UTF8.GetBytes(HtmlPage.End));
        file.Commit();
    }

    private static string Article(IDataRecord record, PictureFolder pictures, DataProblems problems)
    {
        var html = new StringBuilder("<article>\n");
        RecordBox[] boxes = [.. record.Boxes.Take(MostBoxes)];
        html.Append(PictureOf(record, boxes, pictures, problems));
        html.Append("<div>\n<h2 dir=\"auto\">").Append(HtmlPage.Text(record.Id ?? record.Picture ?? "")).Append("</h2>\n");
        html.Append("<p class=\"place\">").Append(HtmlPage.Text(record.Place.ToString())).Append("<br />").Append(HtmlPage.Text(record.Picture ?? "")).Append("</p>\n<dl>\n");
        foreach (RecordText text in record.Texts)
        {
            HtmlPage.AppendEntry(html, text.Field, text.Text);
        }

        html.Append("</dl>\n<ul>\n");
        foreach (RecordBox box in boxes)
        {
            string edges = FormattableString.Invariant($"{box.Box.X1:0.##}, {box.Box.Y1:0.##}, {box.Box.X2:0.##}, {box.Box.Y2:0.##}");
            html.Append("<li dir=\"auto\">").Append(HtmlPage.Text($"{box.Label ?? box.Field}: {edges}")).Append("</li>\n");
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
            return $"<p>{HtmlPage.Text(error.Problem)}</p>\n";
        }

        IEnumerable<LabeledBox> labeled = boxes.Select(box => new LabeledBox(box.Box, box.Label));
        return HtmlPage.Picture(Scaled(picture), picture, labeled, $"{record.Picture} with {boxes.Length} boxes");
    }

    /// <summary>Large pictures are shrunk; of small ones each pixel becomes a square of several.</summary>
    private static RgbImage Scaled(RgbImage picture)
    {
        int longer = Math.Max(picture.Width, picture.Height);
        if (longer > LargestSide)
        {
            return HtmlPage.Shrunk(picture, LargestSide);
        }

        int times = (SmallestSide + longer - 1) / longer;
        return times > 1 ? Resampler.Resize(picture, picture.Width * times, picture.Height * times, ResampleFilter.Nearest) : picture;
    }
}
