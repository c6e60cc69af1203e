using System.Globalization;

namespace CommSharp.Grounding;

/// <summary>What counts as a number, and what may stand around it.</summary>
/// <param name="OneDigit">Whether there is exactly one digit before the point.</param>
/// <param name="BarePoint">Whether the point may be the last character.</param>
/// <param name="Minus">Whether a minus may stand in front.</param>
/// <param name="Blanks">Whether white space may follow the opening bracket and a separator, and stand before the closing bracket.</param>
/// <param name="Point">Whether there may be a point at all.</param>
internal sealed record NumberSyntax(bool OneDigit, bool BarePoint, bool Minus, bool Blanks, bool Point = true)
{
    /// <summary>Shikra's own: no blanks, one digit before the point.</summary>
    public static NumberSyntax Strict { get; } = new(OneDigit: true, BarePoint: true, Minus: false, Blanks: false);

    /// <summary>lmms-eval's: blanks and a minus allowed.</summary>
    public static NumberSyntax Lenient { get; } = new(OneDigit: false, BarePoint: false, Minus: true, Blanks: true);

    public static NumberSyntax WholeNumbers { get; } = new(OneDigit: false, BarePoint: false, Minus: false, Blanks: false, Point: false);

    private static NumberSyntax Spaced { get; } = Strict with { Blanks = true };

    public static NumberSyntax For(BoxFormat format) => format.Separator == "," ? Strict : Spaced;
}

/// <summary>Reads numbers separated by commas, and such groups separated by semicolons. It never goes back, so it is linear.</summary>
internal ref struct TupleReader(ReadOnlySpan<char> text, int start, NumberSyntax syntax)
{
    private readonly ReadOnlySpan<char> _text = text;

    public int Position { get; private set; } = start;

    public bool TryRead(char expected)
    {
        if (Position < _text.Length && _text[Position] == expected)
        {
            Position++;
            return true;
        }

        return false;
    }

    /// <summary>Groups of the same length; false when there is not even one, or the lengths differ.</summary>
    public bool TryReadTuples(out List<double[]> tuples)
    {
        tuples = [];
        do
        {
            if (!TryReadTuple(out double[] tuple) || (tuples.Count > 0 && tuple.Length != tuples[0].Length))
            {
                return false;
            }

            tuples.Add(tuple);
        }
        while (TryRead(';'));
        return true;
    }

    /// <summary>Two pairs in parentheses.</summary>
    public bool TryReadCorners(out double[] corners)
    {
        corners = [];
        if (TryRead('(') && TryReadTuple(out double[] first) && TryRead(')') && TryRead(',')
            && TryRead('(') && TryReadTuple(out double[] second) && TryRead(')') && first.Length == 2 && second.Length == 2)
        {
            corners = [.. first, .. second];
            return true;
        }

        return false;
    }

    private bool TryReadTuple(out double[] tuple)
    {
        var values = new List<double>();
        do
        {
            SkipBlanks();
            if (!TryReadNumber(out double value))
            {
                tuple = [];
                return false;
            }

            values.Add(value);
        }
        while (TryRead(','));
        SkipBlanks();
        tuple = [.. values];
        return true;
    }

    private void SkipBlanks()
    {
        while (syntax.Blanks && Position < _text.Length && char.IsWhiteSpace(_text[Position]))
        {
            Position++;
        }
    }

    private bool TryReadNumber(out double value)
    {
        int start = Position;
        value = 0;
        _ = syntax.Minus && TryRead('-');
        int whole = SkipDigits();
        if (whole == 0 || (syntax.OneDigit && whole > 1))
        {
            return false;
        }

        if (syntax.Point && TryRead('.') && SkipDigits() == 0 && !syntax.BarePoint)
        {
            return false;
        }

        return double.TryParse(_text[start..Position], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private int SkipDigits()
    {
        int start = Position;
        while (Position < _text.Length && char.IsAsciiDigit(_text[Position]))
        {
            Position++;
        }

        return Position - start;
    }
}
