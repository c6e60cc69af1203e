namespace CommSharp.Grounding;

/// <summary>
/// The plain notation as a small machine, for an answer that must be a box: it starts after the "[" and says what may come next. A character is
/// legal only if a box can still be completed after it: numbers from 0 to 1 with all their decimals, left below right, top below bottom. So no
/// path ends in a dead end, and each one that ends, ends in boxes that can be read. A machine never changes; going on gives another one.
/// </summary>
public sealed record BoxGrammar
{
    /// <summary>Every character that can stand in a box.</summary>
    internal const string Alphabet = "0123456789.,;] ";

    /// <summary>A coordinate with so many decimals is still an int.</summary>
    internal const int MostDigits = 8;

    private readonly string _separator;
    private readonly int _digits;

    /// <summary>The machine after the opening bracket.</summary>
    /// <param name="format">A plain format with 1 to 8 decimals, and a comma or a comma and a blank between numbers.</param>
    /// <param name="mostBoxes">How many boxes the bracket may hold.</param>
    public BoxGrammar(BoxFormat format, int mostBoxes = 1)
    {
        if (format.Notation != BoxNotation.Plain || format.Digits is < 1 or > MostDigits || format.Separator is not ("," or ", "))
        {
            throw new ArgumentException("The grammar is that of the plain notation with 1 to 8 decimals and a comma.", nameof(format));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(mostBoxes, 1);
        (_separator, _digits, BoxesLeft) = (format.Separator, format.Digits, mostBoxes);
    }

    /// <summary>Whether the closing bracket has been written. After it the grammar has no say: anything may follow.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>The characters that may come next; empty when the boxes are complete.</summary>
    public IReadOnlyList<char> Next => IsComplete ? [] : [.. Alphabet.Where(character => After(character) is not null)];

    /// <summary>The boxes that may still be written, with the one at hand.</summary>
    private int BoxesLeft { get; init; }

    /// <summary>0 to 3: left, top, right, bottom.</summary>
    private int Coordinate { get; init; }

    /// <summary>The characters written of the coordinate and of what follows it.</summary>
    private int Length { get; init; }

    /// <summary>The coordinate's digits so far, without the point.</summary>
    private int Value { get; init; }

    private int Left { get; init; }

    private int Top { get; init; }

    /// <summary>The machine after the text of a token, or null if the token may not follow. One without text may not: it leads nowhere.</summary>
    /// <param name="text">What the token adds to the answer.</param>
    public BoxGrammar? After(ReadOnlySpan<char> text)
    {
        BoxGrammar? next = text.IsEmpty ? null : this;
        foreach (char character in text)
        {
            next = next?.After(character);
        }

        return next;
    }

    /// <summary>The machine after a character, or null if it may not follow.</summary>
    public BoxGrammar? After(char character)
    {
        int written = _digits + 2; // a digit, the point, the decimals
        return this switch
        {
            { IsComplete: true } => this,
            { Length: 1 } => character == '.' ? this with { Length = 2 } : null,
            _ when Length < written => AfterDigit(character),
            { Coordinate: < 3 } => AfterSeparator(character, Length - written),
            _ => AfterBox(character),
        };
    }

    /// <summary>A digit is legal if one of the numbers that can still begin like this is.</summary>
    private BoxGrammar? AfterDigit(char character)
    {
        int value = (Value * 10) + (character - '0');
        long one = PowerOfTen(_digits), width = PowerOfTen(Length == 0 ? _digits : _digits + 1 - Length);
        (long lowest, long highest) = Coordinate switch
        {
            0 or 1 => (0, one - 1), // leaves room for the opposite edge
            2 => (Left + 1, one),
            _ => (Top + 1, one),
        };
        bool legal = char.IsAsciiDigit(character) && value * width <= highest && (value * width) + width - 1 >= lowest;
        return legal ? this with { Length = Length + 1, Value = value } : null;
    }

    private BoxGrammar? AfterSeparator(char character, int index)
    {
        if (character != _separator[index])
        {
            return null;
        }

        return index < _separator.Length - 1
            ? this with { Length = Length + 1 }
            : this with
            {
                Coordinate = Coordinate + 1,
                Length = 0,
                Value = 0,
                Left = Coordinate == 0 ? Value : Left,
                Top = Coordinate == 1 ? Value : Top,
            };
    }

    private BoxGrammar? AfterBox(char character) => character switch
    {
        ']' => this with { IsComplete = true },
        ';' when BoxesLeft > 1 => this with { BoxesLeft = BoxesLeft - 1, Coordinate = 0, Length = 0, Value = 0 },
        _ => null,
    };

    private static long PowerOfTen(int exponent) => exponent == 0 ? 1 : 10 * PowerOfTen(exponent - 1);
}
