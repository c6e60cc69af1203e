using System.Text.RegularExpressions;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Flickr30k;

/// <summary>
/// Flickr30k's captions as results.csv: the columns image_name, comment_number and comment with "|" between them. Captions hold quotation marks, and
/// quotes mean nothing. In one row of the published file the second separator is missing; such a row is read and marked.
/// </summary>
public static partial class Flickr30kCsvFile
{
    private static readonly string[] Columns = ["image_name", "comment_number", "comment"];

    /// <summary>Reads the pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes pictures with a bad row, as one problem each; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, has other columns, or a bad picture is not borne.</exception>
    public static IEnumerable<Flickr30kPicture> Read(string path, DataProblems? problems = null) =>
        Flickr30kLines.Read(Rows(path), line => line.IndexOf('|'), Parse, problems);

    private static IEnumerable<TextLine> Rows(string path)
    {
        bool isFirst = true;
        foreach (TextLine line in TextLines.Read(path))
        {
            if (!isFirst)
            {
                yield return line;
            }
            else if (!line.Text.Split('|', StringSplitOptions.TrimEntries).SequenceEqual(Columns))
            {
                throw new DataException(line.Place, $"does not name the columns {string.Join("| ", Columns)}; is this Flickr30k's results.csv?");
            }

            isFirst = false;
        }

        if (isFirst)
        {
            throw new DataException(new DataPlace(path), "is empty");
        }
    }

    private static Flickr30kLine Parse(TextLine line) => Row().Match(line.Text) is { Success: true } row
        ? Flickr30kLines.Line(
            line,
            row.Groups["name"].Value.Trim(),
            row.Groups["number"].ValueSpan,
            row.Groups["text"].Value.Trim(),
            lacksSeparator: !row.Groups["separator"].ValueSpan.Contains('|'))
        : throw new DataException(line.Place, "is not name.jpg| number| caption");

    /// <summary>Blanks may stand for the second separator, but only behind a number.</summary>
    [GeneratedRegex(
        @"^(?<name>[^|]*)\|(?>[ \t]*)((?<number>[0-9]+)(?<separator>[ \t]*\||[ \t])|(?<number>[^|]*)(?<separator>\|))(?<text>.*)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
