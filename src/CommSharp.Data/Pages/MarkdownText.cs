using System.Text;

namespace CommSharp.Data.Pages;

/// <summary>What the Markdown files have in common. Words of models and data are shown as words, whatever they are.</summary>
public static class MarkdownText
{
    private const string Marks = "\\`*_[]<>|#~&$";

    /// <summary>On one line, with everything escaped that Markdown would take for a mark; a colon before slashes would make a link.</summary>
    /// <param name="text">Any text.</param>
    public static string Words(string text)
    {
        var words = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
            bool link = c == ':' && text.AsSpan(i + 1).StartsWith("//", StringComparison.Ordinal);
            words.Append(link || Marks.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : $"{c}");
        }

        return words.ToString();
    }

    /// <summary>A block of code, between fences longer than any row of backticks in it.</summary>
    /// <param name="language">The language, such as "json".</param>
    /// <param name="code">The code.</param>
    public static string Code(string language, string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        int longest = 0, row = 0;
        foreach (char c in code)
        {
            row = c == '`' ? row + 1 : 0;
            longest = Math.Max(longest, row);
        }

        string fence = new('`', Math.Max(3, longest + 1));
        return $"{fence}{language}\n{code.TrimEnd('\n')}\n{fence}\n";
    }
}
