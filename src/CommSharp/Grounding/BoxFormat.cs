using System.Globalization;
using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Configuration;

namespace CommSharp.Grounding;

/// <summary>How boxes are written in text.</summary>
public enum BoxNotation
{
    /// <summary>Decimals in square brackets after the phrase, semicolons between several boxes: <c>the man[0.100,0.200,0.300,0.400]</c>.</summary>
    Plain,

    /// <summary>Qwen-VL's, whole numbers from 0 to 999: <c>&lt;ref&gt;the man&lt;/ref&gt;&lt;box&gt;(100,200),(300,400)&lt;/box&gt;</c>.</summary>
    Tagged,
}

/// <summary>Writes boxes and points as a model reads and says them.</summary>
public sealed record BoxFormat
{
    /// <summary>What the tagged notation writes for the right and the lower edge.</summary>
    internal const int TaggedScale = 999;

    /// <summary>The notation.</summary>
    public BoxNotation Notation { get; init; } = BoxNotation.Plain;

    /// <summary>The decimals of the plain notation.</summary>
    public int Digits { get; init; } = 3;

    /// <summary>What stands between the plain notation's numbers.</summary>
    public string Separator { get; init; } = ",";

    /// <summary>Shikra's and COMM's: three decimals, no blanks.</summary>
    public static BoxFormat Shikra { get; } = new();

    /// <summary>LLaVA-1.5's: two decimals, a blank after each comma.</summary>
    public static BoxFormat Llava { get; } = new() { Digits = 2, Separator = ", " };

    /// <summary>Qwen-VL's tags.</summary>
    public static BoxFormat QwenVl { get; } = new() { Notation = BoxNotation.Tagged };

    /// <summary>Refuses a plain notation that <see cref="BoxGrammar"/> cannot write; the tagged one ignores these members.</summary>
    internal void Validate(MemberCheck check)
    {
        if (Notation == BoxNotation.Plain)
        {
            check.Range("digits", Digits, 1, BoxGrammar.MostDigits);
            check.That(Separator is "," or ", ", "separator", Printable.Name(Separator), "a comma, or a comma and a blank");
        }
    }

    /// <summary>A box.</summary>
    public string Write(NormalizedBox box) => Write([box]);

    /// <summary>The boxes of one phrase.</summary>
    public string Write(IReadOnlyList<NormalizedBox> boxes) => Notation == BoxNotation.Plain
        ? $"[{string.Join(';', boxes.Select(box => Join(box.X1, box.Y1, box.X2, box.Y2)))}]"
        : string.Concat(boxes.Select(box => $"<box>({Join(box.X1, box.Y1)}),({Join(box.X2, box.Y2)})</box>"));

    /// <summary>A point.</summary>
    public string Write(NormalizedPoint point) => Write([point]);

    /// <summary>The points of one phrase.</summary>
    public string Write(IReadOnlyList<NormalizedPoint> points) => Notation == BoxNotation.Plain
        ? $"[{string.Join(';', points.Select(point => Join(point.X, point.Y)))}]"
        : string.Concat(points.Select(point => $"<point>({Join(point.X, point.Y)})</point>"));

    /// <summary>Words and the boxes that they mean.</summary>
    public string Write(string phrase, IReadOnlyList<NormalizedBox> boxes) =>
        Marked(phrase) + Write(boxes);

    /// <summary>Words and the points that they mean.</summary>
    public string Write(string phrase, IReadOnlyList<NormalizedPoint> points) => Marked(phrase) + Write(points);

    /// <summary>Puts boxes at the marks of a text.</summary>
    /// <param name="text">The text of a sample.</param>
    /// <param name="boxes">For each mark its boxes, in order.</param>
    /// <param name="mark">The mark.</param>
    /// <exception cref="CommSharpException">There are not as many marks as lists of boxes.</exception>
    public string Fill(string text, IReadOnlyList<IReadOnlyList<NormalizedBox>> boxes, string mark = "<boxes>")
    {
        string[] parts = text.Split(mark);
        if (parts.Length - 1 != boxes.Count)
        {
            throw new CommSharpException($"The text has {parts.Length - 1} marks {mark}, but {boxes.Count} lists of boxes; each mark needs one.");
        }

        var filled = new StringBuilder(parts[0]);
        for (int i = 0; i < boxes.Count; i++)
        {
            filled.Append(Write(boxes[i])).Append(parts[i + 1]);
        }

        return filled.ToString();
    }

    private string Marked(string phrase) => Notation == BoxNotation.Plain ? phrase : $"<ref>{phrase}</ref>";

    private string Join(params ReadOnlySpan<double> values)
    {
        var text = new StringBuilder();
        foreach (double value in values)
        {
            text.Append(text.Length > 0 ? Notation == BoxNotation.Plain ? Separator : "," : "").Append(Number(value));
        }

        return text.ToString();
    }

    /// <summary>
    /// Clamped to 0..1. .NET rounds the exact binary value as Python does, ties to even: 1/16 is 0.062, 3/16 is 0.188, 0.0005 is 0.001.
    /// </summary>
    private string Number(double value)
    {
        double clamped = double.IsFinite(value)
            ? Math.Clamp(value, 0, 1) + 0.0 // Adding 0 turns -0 into 0.
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A coordinate must be a number.");
        return Notation == BoxNotation.Plain
            ? clamped.ToString("F" + Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : Math.Round(clamped * TaggedScale).ToString(CultureInfo.InvariantCulture);
    }
}
