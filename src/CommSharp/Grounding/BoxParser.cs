using CommSharp.Text;

namespace CommSharp.Grounding;

/// <summary>Finds the boxes that a text holds. What is malformed is reported and never guessed at. It takes time in proportion to the text.</summary>
public static class BoxParser
{
    private const string CutMessage = "The text ends in the middle of a box.";

    /// <summary>Finds every box and point.</summary>
    /// <param name="text">What a model said.</param>
    /// <param name="format">How it writes boxes.</param>
    public static BoxReading Read(string text, BoxFormat format)
    {
        var marks = new List<BoxMark>();
        var problems = new List<BoxProblem>();
        if (format.Notation == BoxNotation.Plain)
        {
            ReadBrackets(text, NumberSyntax.For(format), marks, problems);
        }
        else
        {
            ReadTags(text, marks, problems);
        }

        return new BoxReading(marks, problems);
    }

    private static void ReadBrackets(string text, NumberSyntax syntax, List<BoxMark> marks, List<BoxProblem> problems)
    {
        for (int at = text.IndexOf('['); at >= 0; at = text.IndexOf('[', at + 1))
        {
            var reader = new TupleReader(text, at + 1, syntax);
            if (reader.TryReadTuples(out List<double[]> tuples) && reader.TryRead(']')
                && MarkOf(tuples, new TextSpan(at, reader.Position)) is { } mark)
            {
                marks.Add(mark);
            }
            else if (FindProblem(text, at) is { } problem)
            {
                problems.Add(problem);
            }
        }
    }

    /// <summary>
    /// The boxes or points that a bracket of the plain notation had completed when the text was cut: those that a semicolon follows. The last one
    /// may lack digits even where it looks whole, so it is not among them. <see cref="Read"/> does not count such a bracket: published rules
    /// for scores do not.
    /// </summary>
    /// <param name="text">What a model said.</param>
    /// <param name="cut">What <see cref="Read"/> reports of it.</param>
    /// <param name="format">How it writes boxes.</param>
    /// <returns>What was complete, and the report of the rest; null when the text was not cut there or nothing was complete.</returns>
    internal static (BoxMark Complete, BoxProblem Cut)? ReadCut(string text, BoxProblem cut, BoxFormat format)
    {
        if (format.Notation != BoxNotation.Plain || cut.Message != CutMessage)
        {
            return null;
        }

        int end = text.LastIndexOf(';');
        if (end <= cut.Span.Start)
        {
            return null;
        }

        var reader = new TupleReader(text.AsSpan(0, end), cut.Span.Start + 1, NumberSyntax.For(format));
        return reader.TryReadTuples(out List<double[]> tuples) && reader.Position == end
            && MarkOf(tuples, new TextSpan(cut.Span.Start, end)) is { } mark
                ? (mark, cut with { Span = new TextSpan(end, cut.Span.End) })
                : null;
    }

    private static BoxMark? MarkOf(List<double[]> tuples, TextSpan span) => tuples[0].Length switch
    {
        4 => new BoxMark(span, [.. tuples.Select(Box)], []),
        2 => new BoxMark(span, [], [.. tuples.Select(tuple => new NormalizedPoint(tuple[0], tuple[1]))]),
        _ => null,
    };

    private static NormalizedBox Box(double[] tuple) => new(tuple[0], tuple[1], tuple[2], tuple[3]);

    /// <summary>
    /// A bracket that opens like numbers and is none of the above. "[1]", as in a footnote, is no problem: a box has at least a comma, unless
    /// the text ends in the middle of one.
    /// </summary>
    private static BoxProblem? FindProblem(string text, int open)
    {
        int end = open + 1;
        bool digit = false, several = false;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || " \t\n.,;-+%eE".Contains(text[end])))
        {
            digit |= char.IsAsciiDigit(text[end]);
            several |= text[end] is ',' or ';';
            end++;
        }

        if (end == text.Length)
        {
            return digit ? new BoxProblem(new TextSpan(open, end), CutMessage) : null;
        }

        return digit && several && text[end] == ']'
            ? new BoxProblem(new TextSpan(open, end + 1), "The numbers in brackets are neither boxes of four nor points of two in the expected form.")
            : null;
    }

    private static void ReadTags(string text, List<BoxMark> marks, List<BoxProblem> problems)
    {
        const string open = "<box>", close = "</box>";
        int end = 0;
        for (int at = text.IndexOf(open, StringComparison.Ordinal), next; at >= 0 && end >= 0; at = next)
        {
            end = end > at ? end : text.IndexOf(close, at, StringComparison.Ordinal);
            next = text.IndexOf(open, at + open.Length, StringComparison.Ordinal);
            if (end < 0)
            {
                problems.Add(new BoxProblem(new TextSpan(at, text.Length), CutMessage));
            }
            else if (next >= 0 && next < end)
            {
                problems.Add(new BoxProblem(new TextSpan(at, next), "The box has no end."));
            }
            else
            {
                ReadTag(text, at + open.Length, end, new TextSpan(at, end + close.Length), marks, problems);
            }
        }
    }

    private static void ReadTag(string text, int start, int end, TextSpan span, List<BoxMark> marks, List<BoxProblem> problems)
    {
        var reader = new TupleReader(text, start, NumberSyntax.WholeNumbers);
        if (reader.TryReadCorners(out double[] corners) && reader.Position == end)
        {
            marks.Add(new BoxMark(span, [Box([.. corners.Select(value => value / BoxFormat.TaggedScale)])], []));
        }
        else
        {
            problems.Add(new BoxProblem(span, "The box is not of the form (x1,y1),(x2,y2)."));
        }
    }
}
