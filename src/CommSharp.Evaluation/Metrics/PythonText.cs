using System.Globalization;
using System.Text;

namespace CommSharp.Evaluation.Metrics;

/// <summary>
/// What Python's text functions do where .NET's differ, since the published scorers are Python: a character is a whole code point, the four
/// separators U+001C to U+001F are white space, and a capital may become two letters.
/// </summary>
internal static class PythonText
{
    private const char FinalSigma = 'ς';

    /// <summary>Whether <c>str.split</c> and <c>str.strip</c> take a character for white space.</summary>
    public static bool IsWhiteSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    /// <summary><c>text.strip()</c>.</summary>
    public static string Strip(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary><c>text.split()</c>: the words between runs of white space.</summary>
    public static IEnumerable<string> Words(string text)
    {
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool isBlank = i == text.Length || IsWhiteSpace(text[i]);
            if (isBlank && start >= 0)
            {
                yield return text[start..i];
            }

            start = isBlank ? -1 : start < 0 ? i : start;
        }
    }

    /// <summary><c>text[:count]</c>, counted in code points.</summary>
    public static string Prefix(string text, int count)
    {
        int end = 0;
        foreach (Rune rune in text.EnumerateRunes().Take(count))
        {
            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }

    /// <summary><c>text.lower()</c>.</summary>
    public static string Lower(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        var lower = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            _ = text[i] switch
            {
                'İ' => lower.Append("i\u0307"),
                'Σ' when IsFinal(text, i) => lower.Append(FinalSigma),
                var other => lower.Append(other),
            };
        }

        return lower.ToString().ToLowerInvariant();
    }

    /// <summary>Whether the digit or other character that starts, or ends, at a place is a decimal digit of any script.</summary>
    public static bool IsDigit(string text, int index)
    {
        int start = index > 0 && index < text.Length && char.IsLowSurrogate(text[index]) ? index - 1 : index;
        return start >= 0 && start < text.Length && CharUnicodeInfo.GetUnicodeCategory(text, start) == UnicodeCategory.DecimalDigitNumber;
    }

    /// <summary>A sigma that ends a word is written differently: a letter stands before it and none after it.</summary>
    private static bool IsFinal(string text, int index)
    {
        int before = index - 1, after = index + 1;
        while (before >= 0 && IsPassedOver(text[before]))
        {
            before--;
        }

        while (after < text.Length && IsPassedOver(text[after]))
        {
            after++;
        }

        return before >= 0 && HasCase(text[before]) && (after == text.Length || !HasCase(text[after]));
    }

    private static bool HasCase(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsPassedOver(char character) => "'.:·’".Contains(character) || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
