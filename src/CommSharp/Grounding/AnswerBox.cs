using System.Globalization;

namespace CommSharp.Grounding;

/// <summary>Which box of an answer is the one that is judged. Each rule is a published evaluation's, with its oddities.</summary>
public enum AnswerBoxRule
{
    /// <summary>Shikra's and COMM's: exactly one bracket with exactly one box in Shikra's form in the whole text; points do not count.</summary>
    OnlyBracket,

    /// <summary>lmms-eval's: the first bracket with four numbers; blanks and minus signs are allowed.</summary>
    FirstBracket,

    /// <summary>Qwen-VL's: the first "(x,y),(x,y)", in whole numbers from 0 to 999.</summary>
    FirstCorners,
}

/// <summary>Reads the one box that an answer gives for a referring expression.</summary>
public static class AnswerBox
{
    /// <summary>Reads the box; null when the rule finds none. It is neither clamped nor put in order.</summary>
    /// <param name="answer">What the model said.</param>
    /// <param name="rule">Which box counts.</param>
    public static NormalizedBox? Read(string answer, AnswerBoxRule rule) => rule switch
    {
        AnswerBoxRule.OnlyBracket => OnlyBracket(answer),
        AnswerBoxRule.FirstBracket => FirstBracket(answer),
        AnswerBoxRule.FirstCorners => FirstCorners(answer),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown rule."),
    };

    private static NormalizedBox? OnlyBracket(string answer)
    {
        BoxMark[] marks = [.. BoxParser.Read(answer, BoxFormat.Shikra).Marks.Where(mark => mark.Boxes.Count > 0)];
        return marks is [{ Boxes: [var box] }] ? box : null;
    }

    private static NormalizedBox? FirstBracket(string answer)
    {
        for (int at = answer.IndexOf('['); at >= 0; at = answer.IndexOf('[', at + 1))
        {
            var reader = new TupleReader(answer, at + 1, NumberSyntax.Lenient);
            if (reader.TryReadTuples(out List<double[]> tuples) && reader.TryRead(']') && tuples is [{ Length: 4 } values])
            {
                return new NormalizedBox(values[0], values[1], values[2], values[3]);
            }
        }

        return null;
    }

    /// <summary>
    /// From the first "(" of a line on that has "),(" and ")" after it, whatever stands between: the pattern is lazy, not careful. If what it
    /// then finds are not numbers, the answer counts as unreadable, even when a good box follows.
    /// </summary>
    private static NormalizedBox? FirstCorners(string answer)
    {
        foreach (Range range in answer.AsSpan().Split('\n'))
        {
            ReadOnlySpan<char> line = answer.AsSpan(range);
            int open = line.IndexOf('(');
            int middle = open < 0 ? -1 : line[(open + 1)..].IndexOf("),(");
            int close = middle < 0 ? -1 : line[(open + middle + 4)..].IndexOf(')');
            if (close >= 0)
            {
                return Pair(line.Slice(open + 1, middle)) is var (x1, y1) && Pair(line.Slice(open + middle + 4, close)) is var (x2, y2)
                    ? new NormalizedBox(x1, y1, x2, y2)
                    : null;
            }
        }

        return null;
    }

    private static (double X, double Y)? Pair(ReadOnlySpan<char> text)
    {
        int comma = text.IndexOf(',');
        return comma >= 0
            && double.TryParse(text[..comma], NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
            && double.TryParse(text[(comma + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double y)
                ? (x / BoxFormat.TaggedScale, y / BoxFormat.TaggedScale)
                : null;
    }
}
