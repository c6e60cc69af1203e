using System.Globalization;
using System.Text;

namespace CommSharp.Checkpoints;

/// <summary>How names out of a hostile file appear in a message: on one line, without control characters, and never longer than a line can hold.</summary>
public static class Printable
{
    private const int Longest = 120;
    private const int LongestPlain = 240;

    /// <summary>A name in quotes.</summary>
    public static string Name(string name) => $"'{Escape(name, Longest)}'";

    /// <summary>A name or a value without quotes, for lists that show nothing else.</summary>
    public static string Plain(string text) => Escape(text, LongestPlain);

    /// <summary>A whole line, however long, whose parts may come out of a file.</summary>
    public static string Line(string text) => Escape(text, text.Length);

    private static string Escape(string name, int longest)
    {
        var text = new StringBuilder();
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, longest)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                text.Append(c);
            }
        }

        return text.Append(name.Length > longest ? "..." : "").ToString();
    }

    /// <summary>A shape in brackets.</summary>
    public static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>A list for a message: the first few by name, the others by number.</summary>
    /// <param name="names">The names.</param>
    /// <param name="most">How many are named.</param>
    public static string Names(IReadOnlyCollection<string> names, int most = 8)
    {
        string first = string.Join(", ", names.Take(most).Select(Name));
        return names.Count > most ? $"{first} and {names.Count - most} more" : first;
    }
}
