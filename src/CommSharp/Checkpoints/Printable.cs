using System.Globalization;
using System.Text;

namespace CommSharp.Checkpoints;

/// <summary>How names out of a hostile file appear in a message: quoted, on one line, and never longer than a line can hold.</summary>
internal static class Printable
{
    private const int Longest = 120;

    public static string Name(string name)
    {
        var text = new StringBuilder("'");
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, Longest)))
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

        return text.Append(name.Length > Longest ? "...'" : "'").ToString();
    }

    public static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>A list for a message: the first few by name, the others by number.</summary>
    public static string Names(IReadOnlyCollection<string> names, int most = 8)
    {
        string first = string.Join(", ", names.Take(most).Select(Name));
        return names.Count > most ? $"{first} and {names.Count - most} more" : first;
    }
}
