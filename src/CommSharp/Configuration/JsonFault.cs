using System.Text;
using System.Text.Json;

namespace CommSharp.Configuration;

/// <summary>Says in plain words, and by line and column, why a text is not JSON; the parser's own words speak of its workings.</summary>
internal static class JsonFault
{
    /// <summary>What is wrong with the form of a text; null when it is JSON, whatever it holds.</summary>
    /// <param name="json">The text, as UTF-8.</param>
    /// <param name="comments">What becomes of comments.</param>
    /// <returns>The end of a sentence that begins with the text's name: "is not valid JSON: it is cut off at line 3, column 7; ...".</returns>
    public static string? Find(ReadOnlySpan<byte> json, JsonCommentHandling comments = JsonCommentHandling.Disallow)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "is not valid JSON: it is empty; copy or download it again";
        }

        var options = new JsonReaderOptions { CommentHandling = comments };
        if (Break(json, options, isWhole: true) is null)
        {
            return null;
        }

        // What breaks only because nothing follows is cut off.
        if (Break(json, options, isWhole: false) is { } place)
        {
            return $"is not valid JSON at {Place(json, place.Line, place.Byte)}; correct it there, or copy or download it again";
        }

        string end = Place(json, json.Count((byte)'\n'), json.Length - json.LastIndexOf((byte)'\n') - 1);
        return $"is not valid JSON: it is cut off at {end}; copy or download it again";
    }

    /// <summary>Where reading breaks, counted from 0; null when it does not.</summary>
    private static (long Line, long Byte)? Break(ReadOnlySpan<byte> json, JsonReaderOptions options, bool isWhole)
    {
        var reader = new Utf8JsonReader(json, isWhole, new JsonReaderState(options));
        try
        {
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException error)
        {
            return (error.LineNumber ?? 0, error.BytePositionInLine ?? 0);
        }
    }

    /// <summary>A place as editors count it: lines and characters from 1.</summary>
    private static string Place(ReadOnlySpan<byte> json, long line, long position)
    {
        ReadOnlySpan<byte> rest = json;
        for (long i = 0; i < line && rest.IndexOf((byte)'\n') is >= 0 and var end; i++)
        {
            rest = rest[(end + 1)..];
        }

        int column = Encoding.UTF8.GetCharCount(rest[..(int)Math.Min(position, rest.Length)]) + 1;
        return $"line {line + 1}, column {column}";
    }
}
