using System.Text;

namespace CommSharp.Data.Reading;

/// <summary>A line of a text file and where it stands.</summary>
/// <param name="Place">Its file and number.</param>
/// <param name="Text">The line without its end.</param>
public sealed record TextLine(DataPlace Place, string Text);

/// <summary>Reads text files line by line, strictly as UTF-8, never the whole file at once.</summary>
public static class TextLines
{
    private const int LongestLine = 64 << 20; // bytes; a file without line ends is no file of lines

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the lines; a line that holds only blanks is none.</summary>
    /// <param name="path">The file. A mark of UTF-8 at its start is passed over; lines end in LF or CR LF.</param>
    /// <param name="onlyEnded">Whether a last line that has no end is left out, because somebody may still be writing it.</param>
    /// <exception cref="DataException">The file cannot be read, a line is not UTF-8 or longer than any record.</exception>
    public static IEnumerable<TextLine> Read(string path, bool onlyEnded = false)
    {
        foreach ((DataPlace place, ReadOnlyMemory<byte> bytes) in ReadBytes(path, onlyEnded))
        {
            yield return new TextLine(place, Decode(place, bytes.Span));
        }
    }

    /// <summary>The lines as bytes, valid until the next one is asked for.</summary>
    internal static IEnumerable<(DataPlace Place, ReadOnlyMemory<byte> Bytes)> ReadBytes(string path, bool onlyEnded = false)
    {
        using var source = new ByteSource(path);
        var place = new DataPlace(path, Line: 0);
        while (true)
        {
            int end = source.Unread.Span.IndexOf((byte)'\n');
            if (end < 0 && source.TryRead(LongestLine, place))
            {
                continue;
            }

            if (end < 0 && onlyEnded)
            {
                yield break;
            }

            ReadOnlyMemory<byte> line = end < 0 ? source.Unread : source.Unread[..end];
            place = place with { Line = place.Line + 1 };
            if (!line.Span.ContainsAnyExcept(" \t\r\f\v"u8))
            {
                // No record; a file may end in empty lines.
            }
            else
            {
                yield return (place, line.Span[^1] == '\r' ? line[..^1] : line);
            }

            if (end < 0)
            {
                yield break;
            }

            source.Advance(end + 1);
        }
    }

    /// <summary>Text from its bytes.</summary>
    /// <exception cref="DataException">They are not UTF-8.</exception>
    internal static string Decode(DataPlace place, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new DataException(place, "is not UTF-8; convert the file", error);
        }
    }
}
