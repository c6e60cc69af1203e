using System.Text.RegularExpressions;
using CommSharp.Data.Tasks;

namespace CommSharp.Training.Augmentation;

/// <summary>What a sample's words say that a changed picture would make wrong. Better one picture too few is changed than one answer made wrong.</summary>
internal static partial class SampleWords
{
    /// <summary>Whether the words name a side, a clock, a compass point, or writing that somebody reads: such a picture is never mirrored.</summary>
    public static bool ForbidFlip(TaskSample sample) => Any(sample, Sides) || Any(sample, Writing) || Any(sample, BoxText);

    /// <summary>The same of a caption.</summary>
    public static bool ForbidFlip(string caption) => Sides.IsMatch(caption) || Writing.IsMatch(caption);

    /// <summary>Whether the words name a side, a place in the picture, an order or a number of things: such a picture is never cropped.</summary>
    public static bool ForbidCrop(TaskSample sample) => Any(sample, Sides) || Any(sample, Places) || Any(sample, BoxText);

    private static bool Any(TaskSample sample, Regex words) => sample.Turns.SelectMany(turn => turn.Parts).Any(part => part switch
    {
        SampleText text => words.IsMatch(text.Text),
        SampleBoxes boxes => words.IsMatch(boxes.Phrase),
        SamplePoints points => words.IsMatch(points.Phrase),
        _ => false,
    });

    [GeneratedRegex(
        @"\b(left|right|left-?most|right-?most|left-?hand(ed)?|right-?hand(ed)?|leftwards?|rightwards?|(anti-?|counter-?)?clockwise"
        + @"|east(ern|wards?)?|west(ern|wards?)?|(north|south)-?(east|west)(ern)?|starboard|mirror(ed|s)?|reversed)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sides { get; }

    [GeneratedRegex(
        @"\b(clocks?|o'clock|watch(es)?|time is it|read(s|ing)?|says?|saying|spell(s|ed|ing)?|wr(ite|ites|itten|iting|ote)|letters?|digits?|numerals?"
        + @"|text|captioned|titles?|labell?ed|logos?|brands?|(license|number) plates?|signs?|characters?|alphabet)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Writing { get; }

    [GeneratedRegex(
        @"\b(how many|number of|count(s|ed|ing)?|first|second|third|fourth|fifth|last|next to last|top(most)?|bottom(most)?|upper(most)?|lower(most)?|middle"
        + @"|cent(er|re)(d|most)?|corners?|edges?|borders?|sides?|closest|nearest|farthest|furthest|largest|biggest|smallest|tallest|only|all|every|each|no)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Places { get; }

    /// <summary>Numbers in brackets: boxes or points that are words already, and would stay where they are.</summary>
    [GeneratedRegex(@"[\[(]\s*-?[0-9]*\.?[0-9]+(\s*[,;]\s*-?[0-9]*\.?[0-9]+)+\s*[\])]", RegexOptions.CultureInvariant)]
    private static partial Regex BoxText { get; }
}
