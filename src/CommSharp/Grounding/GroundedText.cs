using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Grounding;

/// <summary>Words of an answer and where in the picture they are.</summary>
/// <param name="Phrase">The words; empty when no words stand before the box.</param>
/// <param name="Mark">The box as written, behind the words; of a bracket that was cut off, the part with complete boxes.</param>
/// <param name="Boxes">The boxes; in order, and within 0..1.</param>
/// <param name="Points">The points, within 0..1.</param>
public sealed record GroundedPhrase(TextSpan Phrase, TextSpan Mark, IReadOnlyList<NormalizedBox> Boxes, IReadOnlyList<NormalizedPoint> Points);

/// <summary>
/// An answer as data: which words mean which boxes. A model writes a box right after the words that it means and does not say where they
/// begin, so a phrase is taken to begin after the box before it, or after the last punctuation mark or line end that a blank or a box follows;
/// with tags, the words between them.
/// </summary>
/// <param name="Text">The answer as it was written; all spans count in it.</param>
/// <param name="Phrases">What could be read, in the order of the text.</param>
/// <param name="Problems">What could not: malformed, cut off, reversed, or outside of the picture.</param>
public sealed record GroundedText(string Text, IReadOnlyList<GroundedPhrase> Phrases, IReadOnlyList<BoxProblem> Problems)
{
    private const string Open = "<ref>", Close = "</ref>";

    // Answers tell pixels to a hundredth: a part that would be told without width or height is none, and a point on the edge is not lost to rounding.
    private const double LeastPixels = 0.005;

    /// <summary>Reads an answer.</summary>
    /// <param name="text">What a model said.</param>
    /// <param name="format">How it writes boxes.</param>
    public static GroundedText Parse(string text, BoxFormat format) => Parse(text, format, geometry: null);

    /// <summary>Reads an answer about a picture. What lies in its padding alone is outside of it, and a problem.</summary>
    /// <param name="text">What a model said.</param>
    /// <param name="format">How it writes boxes.</param>
    /// <param name="geometry">What was done to the picture; null when there is none.</param>
    internal static GroundedText Parse(string text, BoxFormat format, ImageGeometry? geometry)
    {
        BoxReading reading = WithCompleteBoxes(BoxParser.Read(text, format), text, format);
        var phrases = new List<GroundedPhrase>();
        var problems = reading.Problems.ToList();
        bool tagged = format.Notation == BoxNotation.Tagged;
        var words = new TextSpan(0, 0);
        int end = 0;
        foreach (BoxMark mark in reading.Marks)
        {
            IEnumerable<string?> doubts = [.. mark.Boxes.Select(box => Doubt(box, geometry)), .. mark.Points.Select(point => Doubt(point, geometry))];
            problems.AddRange(doubts.OfType<string>().Select(doubt => new BoxProblem(mark.Span, doubt)));
            NormalizedBox[] boxes = [.. mark.Boxes.Where(box => Doubt(box, geometry) is null)];
            NormalizedPoint[] points = [.. mark.Points.Where(point => Doubt(point, geometry) is null)];
            bool another = tagged && end > 0 && mark.Span.Start == end; // A tag holds one box; further boxes of a phrase follow without a gap.
            words = another ? words : tagged ? TaggedWords(text, end, mark.Span.Start) : WordsBefore(text, end, mark.Span.Start);
            if (another && phrases.LastOrDefault() is { } last && last.Mark.End == end)
            {
                phrases[^1] = last with { Mark = new TextSpan(last.Mark.Start, mark.Span.End), Boxes = [.. last.Boxes, .. boxes] };
            }
            else if (boxes.Length + points.Length > 0)
            {
                phrases.Add(new GroundedPhrase(words, mark.Span, boxes, points));
            }

            end = mark.Span.End;
        }

        return new GroundedText(text, phrases, [.. problems.OrderBy(problem => problem.Span.Start)]);
    }

    /// <summary>The words of a phrase.</summary>
    public string WordsOf(GroundedPhrase phrase) => Text[phrase.Phrase.Start..phrase.Phrase.End];

    /// <summary>Of a bracket that the text's end cut, the boxes before the cut count, and only the rest is a problem.</summary>
    private static BoxReading WithCompleteBoxes(BoxReading reading, string text, BoxFormat format) =>
        reading.Problems is { Count: > 0 } problems && BoxParser.ReadCut(text, problems[^1], format) is var (complete, rest)
            ? new BoxReading([.. reading.Marks, complete], [.. problems.SkipLast(1), rest])
            : reading;

    /// <summary>Why a box can be read and yet not be drawn; null where it can.</summary>
    private static string? Doubt(NormalizedBox box, ImageGeometry? geometry) =>
        !box.IsOrdered() ? "The box has no area, or its corners are reversed."
        : !box.IsWithinPicture() ? "The box lies outside of the picture."
        : geometry is not null && IsPadding(geometry.ToPixels(box).ClampTo(geometry.Width, geometry.Height)) ? "The box lies outside of the picture, in its padding."
        : null;

    /// <summary>As for a box.</summary>
    private static string? Doubt(NormalizedPoint point, ImageGeometry? geometry) =>
        !point.IsWithinPicture() ? "The point lies outside of the picture."
        : geometry is not null && IsPadding(geometry.ToPixels(point), geometry) ? "The point lies outside of the picture, in its padding."
        : null;

    /// <summary>Whether nothing is left of a box that was cut to the picture.</summary>
    private static bool IsPadding(PixelBox part) => part.X2 - part.X1 <= LeastPixels || part.Y2 - part.Y1 <= LeastPixels;

    private static bool IsPadding(PixelPoint point, ImageGeometry geometry) =>
        point.X < -LeastPixels || point.X > geometry.Width + LeastPixels || point.Y < -LeastPixels || point.Y > geometry.Height + LeastPixels;

    private static TextSpan WordsBefore(string text, int from, int to)
    {
        int start = to;
        while (start > from && !EndsClause(text, start - 1, to))
        {
            start--;
        }

        return Trimmed(text, start, to);
    }

    /// <summary>"3.5" and "10:30" have no end inside.</summary>
    private static bool EndsClause(string text, int at, int to) =>
        text[at] == '\n' || (text[at] is '.' or ',' or ';' or ':' or '!' or '?' && (at + 1 == to || char.IsWhiteSpace(text[at + 1])));

    private static TextSpan TaggedWords(string text, int from, int to)
    {
        ReadOnlySpan<char> between = text.AsSpan(from, to - from);
        int open = between.LastIndexOf(Open);
        return between.EndsWith(Close) && open >= 0
            ? Trimmed(text, from + open + Open.Length, to - Close.Length)
            : new TextSpan(to, to);
    }

    private static TextSpan Trimmed(string text, int from, int to)
    {
        while (from < to && char.IsWhiteSpace(text[from]))
        {
            from++;
        }

        while (to > from && char.IsWhiteSpace(text[to - 1]))
        {
            to--;
        }

        return new TextSpan(from, to);
    }
}
