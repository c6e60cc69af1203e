using System.Globalization;
using CommSharp.Checkpoints;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Flickr30k;

/// <summary>A line with one caption.</summary>
/// <param name="Picture">The picture's file.</param>
/// <param name="Caption">The caption.</param>
internal sealed record Flickr30kLine(string Picture, Flickr30kCaption Caption);

/// <summary>Makes pictures of files with a caption a line, in which the lines of a picture stand together.</summary>
internal static class Flickr30kLines
{
    /// <summary>Reads pictures.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="nameLength">How long the picture's name at a line's start is; -1 for a line without one.</param>
    /// <param name="parse">Reads a line.</param>
    /// <param name="problems">Takes pictures with a bad line; null to stop at the first.</param>
    public static IEnumerable<Flickr30kPicture> Read(
        IEnumerable<TextLine> lines, Func<string, int> nameLength, Func<TextLine, Flickr30kLine> parse, DataProblems? problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Flickr30kPicture picture in DataProblems.Read(Groups(lines, nameLength), group => Picture(group, parse, seen), problems))
        {
            yield return picture;
        }
    }

    /// <summary>Makes a line of its parts.</summary>
    /// <exception cref="DataException">The name or the caption is empty, or the number is none.</exception>
    public static Flickr30kLine Line(TextLine line, string picture, ReadOnlySpan<char> number, string text, bool lacksSeparator = false)
    {
        if (picture.Length == 0)
        {
            throw new DataException(line.Place, "names no picture");
        }

        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed))
        {
            throw new DataException(line.Place, $"numbers its caption {Printable.Name(number.ToString())}; a whole number is needed");
        }

        return string.IsNullOrWhiteSpace(text)
            ? throw new DataException(line.Place, "has no caption")
            : new Flickr30kLine(picture, new Flickr30kCaption(parsed, text) { LacksSeparator = lacksSeparator });
    }

    /// <summary>Lines that stand together and begin alike; a line without a name belongs to the one before.</summary>
    private static IEnumerable<List<TextLine>> Groups(IEnumerable<TextLine> lines, Func<string, int> nameLength)
    {
        List<TextLine> group = [];
        string? name = null;
        foreach (TextLine line in lines)
        {
            if (nameLength(line.Text) is >= 0 and var length && line.Text[..length] is var own && own != name)
            {
                if (group.Count > 0)
                {
                    yield return group;
                }

                (group, name) = ([], own);
            }

            group.Add(line);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    private static Flickr30kPicture Picture(List<TextLine> group, Func<TextLine, Flickr30kLine> parse, HashSet<string> seen)
    {
        Flickr30kLine[] lines = [.. group.Select(parse)];
        string picture = lines[0].Picture;
        return seen.Add(picture)
            ? Flickr30kPicture.Of(group[0].Place, picture, split: null, lines.Select(line => line.Caption))
            : throw new DataException(
                group[0].Place, $"has a caption of {Printable.Name(picture)}, as lines further up have; the lines of a picture stand together");
    }
}
