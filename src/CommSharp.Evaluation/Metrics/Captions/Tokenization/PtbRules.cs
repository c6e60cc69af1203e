using static CommSharp.Evaluation.Metrics.Captions.Tokenization.LexicalPattern;
using static CommSharp.Evaluation.Metrics.Captions.Tokenization.PtbCharacters;
using static CommSharp.Evaluation.Metrics.Captions.Tokenization.PtbWords;

namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>
/// How Stanford's PTBTokenizer 3.4.1 cuts English text, in our own words. Their order decides between rules that match equally far. Where
/// releases differ and no golden sentence shows what 3.4.1 does, the older rule stands. Left out is what captions do not hold: old SGML entities of
/// news wires, words that a typist half hid.
/// </summary>
internal static class PtbRules
{
    private const string LongDashes = "--";
    private const string Dots = "...";

    public static LexicalScanner Scanner { get; } = new([.. Words(), .. Numbers(), .. Abbreviations(), .. Signs(), .. Compounds(), .. Rest()]);

    private static IEnumerable<LexicalRule> Words() =>
    [
        Parted(PartedByThree, 3),
        Parted(PartedByTwo, 2),
        Unbroken(Markup),
        As(LongDash, LongDashes),
        WithAmpersand(Ampersand),
        Kept("&#" + AsciiDigit.Many() + ";"),
        Bare(Word) with { Before = ShortVerb },
        Bare(BeforeShortNot) with { Before = ShortNot },
        Bare(Word),
        Kept(WithApostrophe),
        Kept("y" + Apostrophe) with { Before = PlainLetter },
        Kept(Url),
        Kept(LikelyUrl),
        Kept(MailAddress),
        Kept(Handle),
        Quoted(ShortVerb, isOpening: false) with { Before = Where(c => !char.IsAsciiLetter(c)) },
        Quoted(ShortNot, isOpening: false) with { Before = Where(c => !char.IsAsciiLetter(c)) },
    ];

    private static IEnumerable<LexicalRule> Numbers() =>
    [
        Kept(Digit.Times(1, 2) + In("-/") + Digit.Times(1, 2) + In("-/") + Digit.Times(2, 4)),
        Bare(In("-+").Optional() + Numeral),
        Kept(Where(c => c is '\u207A' or '\u207B' or '\u208A' or '\u208B').Optional() + (Superscript.Many() | Subscript.Many())),
        Unbroken(Fraction),
        new LexicalRule(Where(c => c is '\u00BC' or '\u00BD' or '\u00BE' or (>= '\u2153' and <= '\u215E')), (text, tokens) => tokens.Add(Spelled(text))),
        WithAmpersand(
            "-" + AnyOf("RRB LRB RCB LCB RSB LSB") + "-" | AnyOf("C.D.s pro- anti-") | "S" + (Ampersand | "&") + AnyOf("P-500 Ls")
            | ("Cap" + Apostrophe + "n") | ("c" + Apostrophe + "est")),
        Kept(Slashed),
        Kept(AsciiUpper.Any() + "$" | "#"),
        new LexicalRule(
            In("\u00A2\u00A3\u00A4\u00A5\u0080\u20A0\u20AC\u060B\u0E3F\u20A4\uFFE0\uFFE1\uFFE5\uFFE6"), (text, tokens) => tokens.Add(Currency(text))),
    ];

    private static IEnumerable<LexicalRule> Abbreviations() =>
    [
        new LexicalRule(Initials + ".", StopForBothUnlessOneLetter) { Before = Space.Many() + (SentenceStart | Markup) + Space },
        Kept(NumberAbbreviation) with { Before = Space.Optional() + Digit },
        Kept(AnyOf("So. No.")) with { Before = Space.Many() + AnyOf("Africa Korea Cal") },
        Kept(AnyOf("pte pty co") + ".") with { Before = Blank + AnyOf("ltd lim") },
        StopForBoth(Abbreviation) with { Before = Space + (Space | AsciiUpper | Markup) },
        Kept(Abbreviation) with { Before = Where(_ => true) + Where(_ => true) },
        StopForBoth(Abbreviation),
        Kept(OpenAbbreviation + "."),
        Kept(OpenAbbreviation) with { Before = Blank },
        Kept(Initials) with { Before = Space },
        Kept(Apostrophe + AsciiDigit.Times(2, 2)) with { Before = Space },
        Kept(FileName) with { Before = Space | In(".?!,") },
        Bare(Word + ".") with { Before = InSentence },
        new LexicalRule(Phone, (text, tokens) => tokens.Add(Bracketed(text).Replace(' ', NoBreakSpace))),
    ];

    private static IEnumerable<LexicalRule> Signs() =>
    [
        Quoted(DoubleQuote, isOpening: true) with { Before = AsciiAlphanumeric | "$" },
        Quoted(DoubleQuote, isOpening: false),
        As("<" | (LexicalPattern)"&lt;", "<"),
        As(">" | (LexicalPattern)"&gt;", ">"),
        new LexicalRule(Smiley, (text, tokens) => tokens.Add(Bracketed(text))) { Before = Where(c => !char.IsAsciiLetterOrDigit(c)) },
        new LexicalRule(AsianSmiley, (text, tokens) => tokens.Add(Bracketed(text))),
        As("{", "-LCB-"),
        As("}", "-RCB-"),
        As("[", "-LSB-"),
        As("]", "-RSB-"),
        As("(", "-LRB-"),
        As(")", "-RRB-"),
        new LexicalRule(((LexicalPattern)"-").Many(), (text, tokens) => tokens.Add(text.Length is 3 or 4 ? LongDashes : text)),
        As(((LexicalPattern)".").Times(3, 5), Dots) with { Before = "." + Space.Many() + PlainLetter }, // the last of them ends the sentence
        As(((LexicalPattern)".").Times(3, 5) | ("." + In(" \u00A0")).Times(2, 4) + "." | In("\u0085\u2026"), Dots),
        Kept(((LexicalPattern)"@").Many() | ((LexicalPattern)"#").Many() | ((LexicalPattern)"_").Many()),
        Kept(((LexicalPattern)"*").Many() | ((LexicalPattern)"\\*").Times(1, 3)),
        Kept(InSentence),
        Kept(In("?!").Many()),
        Kept(In(".¡¿=/\u037E\u0589\u061F\u06D4\u0700\u0701\u0702\u07FA\u3002")),
    ];

    private static IEnumerable<LexicalRule> Compounds() =>
    [
        Bare(Hyphenated + ".") with { Before = InSentence },
        Bare(Hyphenated),
        Kept(Joined + ".") with { Before = InSentence },
        Kept(Joined),
        WithAmpersand(JoinedCapitals + ".") with { Before = InSentence },
        WithAmpersand(JoinedCapitals),
    ];

    private static IEnumerable<LexicalRule> Rest() =>
    [
        Quoted("'", isOpening: true) with { Before = AsciiLetter + NotIn(" \t\n\r\u00A0") },
        Quoted(ShortVerb, isOpening: false),
        Quoted(Quotes, isOpening: false),
        Kept(AnyOf("<< >>")),
        Kept(Sign),
        new LexicalRule(Gap, (_, _) => { }),
    ];

    private static LexicalPattern Superscript => Where(c => c is '\u2070' or '\u00B9' or '\u00B2' or '\u00B3' or (>= '\u2074' and <= '\u2079'));

    private static LexicalPattern Subscript => Where(c => c is >= '\u2080' and <= '\u2089');

    private static LexicalRule Kept(LexicalPattern pattern) => new(pattern, (text, tokens) => tokens.Add(text));

    private static LexicalRule As(LexicalPattern pattern, string token) => new(pattern, (_, tokens) => tokens.Add(token));

    /// <summary>Without its soft hyphens; a token of soft hyphens alone is a hyphen.</summary>
    private static LexicalRule Bare(LexicalPattern pattern) => new(pattern, (text, tokens) =>
    {
        string bare = text.Replace(SoftHyphen.ToString(), "", StringComparison.Ordinal);
        tokens.Add(bare.Length == 0 ? "-" : bare);
    });

    private static LexicalRule Parted(LexicalPattern pattern, int last) => new(pattern, (text, tokens) => tokens.AddRange([text[..^last], text[^last..]]));

    /// <summary>One token although there are blanks in it.</summary>
    private static LexicalRule Unbroken(LexicalPattern pattern) => new(pattern, (text, tokens) => tokens.Add(text.Replace(' ', NoBreakSpace)));

    private static LexicalRule WithAmpersand(LexicalPattern pattern) =>
        new(pattern, (text, tokens) => tokens.Add(text.Replace("&amp;", "&", StringComparison.OrdinalIgnoreCase)));

    private static LexicalRule StopForBoth(LexicalPattern pattern) => new(pattern, (text, tokens) => tokens.AddRange([text, "."]));

    private static void StopForBothUnlessOneLetter(string text, List<string> tokens) => tokens.AddRange([text.Length == 2 ? text[..1] : text, "."]);

    private static LexicalRule Quoted(LexicalPattern pattern, bool isOpening) => new(pattern, (text, tokens) => tokens.Add(Quote(text, isOpening)));

    /// <summary>Quotation marks as TeX writes them; those that can be either are what the place tells.</summary>
    private static string Quote(string text, bool isOpening)
    {
        string plain = text.Replace("&apos;", "'", StringComparison.OrdinalIgnoreCase).Replace("&quot;", "\"", StringComparison.OrdinalIgnoreCase);
        return string.Concat(plain.Select(c => c switch
        {
            '\'' => isOpening ? "`" : "'",
            '"' => isOpening ? "``" : "''",
            '\u0091' or '\u2018' or '\u201B' or '\u2039' => "`",
            '\u0092' or '\u2019' or '\u203A' => "'",
            '\u0093' or '\u201C' or '\u00AB' => "``",
            '\u0094' or '\u201D' or '\u00BB' => "''",
            _ => c.ToString(),
        }));
    }

    private static string Bracketed(string text) =>
        text.Replace("(", "-LRB-", StringComparison.Ordinal).Replace(")", "-RRB-", StringComparison.Ordinal);

    private static string Spelled(string fraction) => fraction switch
    {
        "\u00BC" => "1/4",
        "\u00BD" => "1/2",
        "\u00BE" => "3/4",
        "\u2153" => "1/3",
        "\u2154" => "2/3",
        _ => fraction,
    };

    /// <summary>The treebank knows three currencies.</summary>
    private static string Currency(string sign) => sign switch
    {
        "\u00A2" => "cents",
        "\u00A3" => "#",
        "\u0080" or "\u00A4" or "\u20A0" or "\u20AC" => "$",
        _ => sign,
    };
}
