using static CommSharp.Evaluation.Metrics.Captions.Tokenization.LexicalPattern;
using static CommSharp.Evaluation.Metrics.Captions.Tokenization.PtbCharacters;

namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>Words that the rules of <see cref="PtbRules"/> know: contractions, abbreviations, and what is built of several words.</summary>
internal static class PtbWords
{
    /// <summary>Written as one, and parted before the last three letters.</summary>
    public static readonly LexicalPattern PartedByThree = AnyOf("cannot 'twas");

    /// <summary>Written as one, and parted before the last two letters.</summary>
    public static readonly LexicalPattern PartedByTwo = Apostrophe + "tis" | AnyOf("gonna gotta lemme gimme wanna");

    /// <summary>What is short for a verb or stands for "of": 's, 'm, 'd, 're, 've, 'll.</summary>
    public static readonly LexicalPattern ShortVerb = Apostrophe + (In("msdMSD") | AnyOf("re ve ll"));

    public static readonly LexicalPattern ShortNot = "n" + InnerApostrophe + "t";

    /// <summary>What may stand before n't: letters, the last of which is no n.</summary>
    public static readonly LexicalPattern BeforeShortNot =
        (AsciiLetter | In("\u00AD")).Any() + Where(c => char.IsAsciiLetter(c) && c is not ('n' or 'N')) + In("\u00AD").Any();

    /// <summary>Words with an apostrophe that stay whole.</summary>
    public static readonly LexicalPattern WithApostrophe =
        Apostrophe + "n" + Apostrophe.Optional()
        | In("lLdDjJ") + Apostrophe
        | AnyOf("Dunkin somethin ol") + Apostrophe
        | Apostrophe + (AnyOf("em cause til till") | In("23456789") + "0s")
        | Where(c => c is (>= 'A' and <= 'X' and not 'I') or 'Z' or 'n') + InnerApostrophe + PlainLetter.Times(2, 2) + PlainLetter.Any()
        | PlainLetter.Many() + In("aeiouyAEIOUY") + InnerApostrophe + Where(c => char.IsAsciiLetterUpper(c) || "aeiou".Contains(c)) + PlainLetter.Any()
        | AnyOf("cont'd cont'd. nor'easter c'mon e'er s'mores ev'ry li'l nat'l");

    private const string Titles =
        "Mr Mrs Ms Dr Drs Prof Profs Sen Sens Rep Reps Atty Attys Lt Col Gen Messrs Gov Govs Adm Rev Maj Sgt Cpl Pvt Mt Capt St Ste Ave Pres Lieut "
        + "Hon Brig Cmdr Comdr Pfc Spc Supt Supts Det";

    private const string StatesOfUnion =
        "Ala Ariz Calif Colo Conn Dak Del Fla Ga Ind Kan Kans Ky La Md Mich Minn Mo Mont Neb Nev Okla Pa Penn Tenn Tex Va Vt Wis Wisc Wyo";

    private const string Companies = "Inc Co Cos Corp Pty Ptys Ppty Pptys Ltd Plc Bancorp Dept Bhd Assn Univ Intl Sys";

    /// <summary>Letters with points between them, as U.S is and a.m.</summary>
    public static readonly LexicalPattern PointedLetters =
        AsciiLetter + ("." + AsciiLetter).Many() | AnyOf("Canada Sino Korean EU Japan non") + "-U.S" | "U.S.-" + AnyOf("U.K U.S.S.R");

    /// <summary>The same, or one letter alone.</summary>
    public static readonly LexicalPattern Initials = AsciiLetter | PointedLetters;

    /// <summary>Keeps its stop, and a sentence may end with it: then the stop counts for both.</summary>
    public static readonly LexicalPattern Abbreviation =
        (AnyOf("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri")
            | AnyOf(StatesOfUnion)
            | AnyExactly("Ark Ill Mass Miss Ore Wash ARK ILL MASS MISS ORE WASH")
            | AnyOf(Companies)
            | AnyOf("Jr Sr Bros Ed.D Ph.D Blvd Rd Esq Ph tel est ext sq ft etc al seq"))
        + ".";

    /// <summary>A word that, with a stop, stays whole anywhere: a sentence hardly ends with it.</summary>
    public static readonly LexicalPattern OpenAbbreviation =
        Initials | AnyOf(Titles) | Exactly("M") + "iss" | AnyOf("vs Alex Wm Jos Cie a.k.a cf TREAS Invt Elec Natl Mfg Mtg");

    /// <summary>Keeps its stop before a number and nowhere else.</summary>
    public static readonly LexicalPattern NumberAbbreviation = AnyOf("ca fig figs prop no nos bldg pp op") + ".";

    /// <summary>Words with which a sentence begins, so that a stop before them ends one.</summary>
    public static readonly LexicalPattern SentenceStart = AnyExactly(
        "About According Additionally After An A As At But Earlier He Her Here However If In It Last Many More Mr. Ms. Now Once One Other Our She Since "
        + "So Some Such That The Their Then There These They This We When While What Yet You");

    public static readonly LexicalPattern Url =
        "http" + ((LexicalPattern)"s").Optional() + "://" + NotIn(" \t\n\f\r\"<>|()").Many() + NotIn(" \t\n\f\r\"<>|.!?(){},-");

    /// <summary>What looks like a web address although it has no protocol.</summary>
    public static readonly LexicalPattern LikelyUrl =
        ("www." + (NotIn(" \t\n\f\r\"<>|.!?(){},").Many() + ".").Many() + AsciiLetter.Times(2, 4)
            | (Where(c => c is not (>= ',' and <= '_') && !" \t\n\f\r\"`'<>|.!?(){}$".Contains(c)).Many() + ".").Many() + AnyOf("com net org edu"))
        + ("/" + NotIn(" \t\n\f\r\"<>|()").Many() + NotIn(" \t\n\f\r\"<>|.!?(){},-")).Optional();

    public static readonly LexicalPattern MailAddress =
        AsciiAlphanumeric + NotIn(" \t\n\f\r\"<>|()\u00A0").Any() + "@"
        + (NotIn(" \t\n\f\r\"<>|().\u00A0").Many() + ".").Any() + NotIn(" \t\n\f\r\"<>|().\u00A0").Many();

    /// <summary>@name and #tag.</summary>
    public static readonly LexicalPattern Handle =
        "@" + (AsciiLetter | "_") + (AsciiAlphanumeric | "_").Any() | "#" + Letter + (Letter | Digit | "_").Any();

    public static readonly LexicalPattern FileName =
        Alphanumeric.Many() + (In("-._/") + Alphanumeric.Many()).Any() + "."
        + AnyOf("bat bmp c class cgi cpp dll doc docx exe gif gz h htm html jar java jpeg jpg mov mp3 pdf php pl png ppt ps py sql tar txt wav x xml zip");

    public static readonly LexicalPattern Phone =
        ("(" + AsciiDigit.Times(2, 3) + ")" + In(" \u00A0").Optional()
            | "+".Plus() + (AsciiDigit.Times(2, 4) + In("- \u00A0")).Optional() + AsciiDigit.Times(2, 4) + In("- \u00A0"))
        + AsciiDigit.Times(3, 4) + In("- \u00A0").Optional() + AsciiDigit.Times(3, 5)
        | ("+".Plus() + AsciiDigit.Times(2, 4) + ".").Optional() + AsciiDigit.Times(2, 4) + "." + AsciiDigit.Times(3, 4) + "." + AsciiDigit.Times(3, 5);

    /// <summary>Letters and digits, joined by hyphens and underscores, with French beginnings.</summary>
    public static readonly LexicalPattern Joined = JoinedPart() + (Hyphen + JoinedPart()).Any();

    /// <summary>Words joined by hyphens, with points, commas and pointed letters in them.</summary>
    public static readonly LexicalPattern Hyphenated =
        AsciiAlphanumeric + (AsciiAlphanumeric | In(".,\u00AD")).Any()
        + ("-" + ((AsciiAlphanumeric | In("\u00AD")).Many() | PointedLetters + ".")).Many();

    /// <summary>Words joined by slashes: and/or.</summary>
    public static readonly LexicalPattern Slashed = SlashedPart() + (((LexicalPattern)"\\").Optional() + "/" + SlashedPart()).Times(1, 2);

    /// <summary>Capitals joined by an ampersand or a plus: AT&amp;T.</summary>
    public static readonly LexicalPattern JoinedCapitals = AsciiUpper.Many() + ((In("+&") | Ampersand) + AsciiUpper.Many()).Many();

    public static readonly LexicalPattern Fraction =
        (Digit.Times(1, 4) + In("- \u00A0")).Optional() + Digit.Times(1, 4) + (((LexicalPattern)"\\").Optional() + "/" | In("\u2044")) + Digit.Times(1, 4);

    public static readonly LexicalPattern Smiley = In("<>").Optional() + In(":;=") + In("-o*'").Optional() + In("()DPdpO\\{@|[]");

    public static readonly LexicalPattern AsianSmiley =
        In("^x=~<>") + "." + In("^x=~<>") | In("-^x=~<>'") + "_" + In("-^x=~<>'")
        | "(" + In("-^x=~<>'") + In("_.").Optional() + In("-^x=~<>'") + ")" | "(" + In("^x=~<>'") + "-" + In("^x=~<>'`") + ")";

    private static LexicalPattern JoinedPart() => (In("dDoOlL") + InnerApostrophe + Alphanumeric).Optional() + Alphanumeric.Many();

    private static LexicalPattern SlashedPart() => AsciiAlphanumeric.Many() + ("-" + AsciiLetter.Many()).Times(0, 2);

    private static LexicalPattern Plus(this string sign) => ((LexicalPattern)sign).Times(0, 2);
}
