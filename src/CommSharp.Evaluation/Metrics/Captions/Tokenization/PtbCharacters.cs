using System.Globalization;
using static CommSharp.Evaluation.Metrics.Captions.Tokenization.LexicalPattern;

namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>The kinds of characters and signs that the rules of <see cref="PtbRules"/> speak of. Entities are those of HTML.</summary>
internal static class PtbCharacters
{
    public const char NoBreakSpace = '\u00A0';
    public const char SoftHyphen = '\u00AD';

    private const string BlankCharacters = " \t\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u3000";

    public static readonly LexicalPattern Blank = In(BlankCharacters);

    public static readonly LexicalPattern LineEnd = "\r" | ((LexicalPattern)"\r").Optional() + "\n" | In("\u2028\u2029\v\f\u0085");

    public static readonly LexicalPattern Space = Blank | LineEnd;

    public static readonly LexicalPattern Digit = Where(char.IsDigit);

    public static readonly LexicalPattern AsciiLetter = Where(char.IsAsciiLetter);

    public static readonly LexicalPattern AsciiUpper = Where(char.IsAsciiLetterUpper);

    public static readonly LexicalPattern AsciiDigit = Where(char.IsAsciiDigit);

    public static readonly LexicalPattern AsciiAlphanumeric = Where(char.IsAsciiLetterOrDigit);

    /// <summary>What Unicode calls a letter.</summary>
    public static readonly LexicalPattern PlainLetter = Where(char.IsLetter);

    public static readonly LexicalPattern Alphanumeric = Where(char.IsLetterOrDigit);

    /// <summary>What words are made of: letters, marks on them, soft hyphens, and letters written as entities.</summary>
    public static readonly LexicalPattern Letter =
        Where(c => char.IsLetter(c) || c == SoftHyphen || IsMark(c)) | "&" + In("aeiouAEIOU") + AnyOf("acute grave uml") + ";";

    public static readonly LexicalPattern Word = LetterAndMore() + (In(".!?") + LetterAndMore()).Any();

    public static readonly LexicalPattern Apostrophe = In("'\u0092\u2019") | "&apos;";

    /// <summary>An apostrophe, or a sign that stands for one within a word, rightly or not.</summary>
    public static readonly LexicalPattern InnerApostrophe = Apostrophe | In("\u0091\u2018\u201B");

    public static readonly LexicalPattern DoubleQuote = "\"" | (LexicalPattern)"&quot;";

    public static readonly LexicalPattern Quotes =
        Apostrophe | "''" | In("`\u2018\u2019\u201A\u201B\u201C\u201D\u0091\u0092\u0093\u0094\u201E\u201F\u2039\u203A\u00AB\u00BB").Times(1, 2);

    public static readonly LexicalPattern Hyphen = In("-_\u058A\u2010\u2011");

    public static readonly LexicalPattern Ampersand = "&amp;";

    public static readonly LexicalPattern LongDash = "&" + AnyOf("MD mdash ndash") + ";" | In("\u0096\u0097\u2013\u2014\u2015");

    public static readonly LexicalPattern InSentence = In(",;:\u3001");

    /// <summary>Digits with points, colons and commas between or before them, so also 10:30, .5 and 1,000.</summary>
    public static readonly LexicalPattern Numeral = Digit.Many() | Digit.Any() + (In(".:,\u00AD\u066B\u066C") + Digit.Many()).Many();

    public static readonly LexicalPattern Markup = "<" + ((LexicalPattern)"/").Optional() + (AsciiLetter | In("!?")) + NotIn(">\r\n").Any() + ">";

    /// <summary>Signs that stand alone: arithmetic, currency of other scripts, arrows, mathematics, box drawing, full-width punctuation.</summary>
    public static readonly LexicalPattern Sign = Where(IsSign);

    /// <summary>What divides words and is no token.</summary>
    public static readonly LexicalPattern Gap = Space.Many() | In("\0\u007F\u200B\u200E\u200F\uFEFF") | "&nbsp;";

    private static LexicalPattern LetterAndMore() => Letter + (Letter | Digit).Any();

    // The scanner lists the marks of the scripts up to Lao one by one; these are the ones that Unicode calls marks.
    private static bool IsMark(char c) =>
        c is >= '\u0300' and <= '\u0ECD' && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsSign(char c) => c switch
    {
        '\u2028' or '\u2029' or '\u2024' or '\u2025' or '\u2026' or '\u2027' => false,
        < '\u0080' => "+%&~^|\\".Contains(c),
        <= '\u00FF' => c is '\u00A6' or '\u00A7' or '\u00A8' or '\u00A9' or '\u00AC' or '\u00AE' or '\u00AF' or '\u00D7' or '\u00F7'
            or (>= '\u00B0' and <= '\u00BA'),
        >= '\u2020' and <= '\u2023' or >= '\u2030' and <= '\u2038' or >= '\u203E' and <= '\u2042' => true,
        '\u2016' or '\u2017' or '\u203B' or '\u2044' or '\u1FBD' or '\u3012' or '\u30FB' => true,
        >= '\u207A' and <= '\u207F' or >= '\u208A' and <= '\u208E' or >= '\u2100' and <= '\u214F' or >= '\u2190' and <= '\u2BFF' => true,
        >= '\uFF01' and <= '\uFF0F' or >= '\uFF1A' and <= '\uFF20' or >= '\uFF3B' and <= '\uFF40' or >= '\uFF5B' and <= '\uFF65' => true,
        _ => false,
    };
}
