namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>
/// A regular expression built in code: "+" puts patterns one after the other, "|" lets one of them stand. A text stands for itself in either case,
/// as in the scanner whose tokens are wanted.
/// </summary>
internal abstract class LexicalPattern
{
    /// <summary>The number of characters that every match has; null when matches differ in length.</summary>
    public abstract int? FixedLength { get; }

    public static implicit operator LexicalPattern(string text) => new LexicalSequence([.. text.Select(LexicalSymbol.InEitherCase)]);

    public static LexicalPattern operator +(LexicalPattern first, LexicalPattern second) => new LexicalSequence([first, second]);

    public static LexicalPattern operator |(LexicalPattern one, LexicalPattern other) => new LexicalChoice([one, other]);

    /// <summary>One character of a set.</summary>
    public static LexicalPattern Where(Func<char, bool> belongs) => new LexicalSymbol(belongs);

    /// <summary>One of these characters, which are told from their other case.</summary>
    public static LexicalPattern In(string characters) => Where(characters.Contains);

    /// <summary>One character that is none of these.</summary>
    public static LexicalPattern NotIn(string characters) => Where(c => !characters.Contains(c));

    /// <summary>A text in this very case.</summary>
    public static LexicalPattern Exactly(string text) => new LexicalSequence([.. text.Select(LexicalSymbol.Exact)]);

    /// <summary>One of several words, in either case.</summary>
    /// <param name="words">The words, with blanks between them.</param>
    public static LexicalPattern AnyOf(string words) => new LexicalChoice([.. words.Split(' ').Select(word => (LexicalPattern)word)]);

    /// <summary>One of several words, in their very case.</summary>
    /// <param name="words">The words, with blanks between them.</param>
    public static LexicalPattern AnyExactly(string words) => new LexicalChoice([.. words.Split(' ').Select(Exactly)]);

    /// <summary>This or nothing.</summary>
    public LexicalPattern Optional() => Times(0, 1);

    /// <summary>Any number of these.</summary>
    public LexicalPattern Any() => new LexicalRepetition(this, 0, null);

    /// <summary>At least one of these.</summary>
    public LexicalPattern Many() => new LexicalRepetition(this, 1, null);

    /// <summary>So many of these.</summary>
    public LexicalPattern Times(int least, int most) => new LexicalRepetition(this, least, most);

    /// <summary>Adds this pattern's states.</summary>
    /// <param name="states">The automaton.</param>
    /// <param name="start">The state before the pattern.</param>
    /// <returns>The state after it.</returns>
    public abstract int AddTo(LexicalStates states, int start);
}

/// <summary>One character.</summary>
internal sealed class LexicalSymbol(Func<char, bool> belongs) : LexicalPattern
{
    // Thousands of letters stand in lists of words; one set for each letter of ASCII keeps the number of sets small.
    private static readonly LexicalSymbol[] Exacts = [.. Enumerable.Range(0, 128).Select(c => new LexicalSymbol(x => x == c))];

    private static readonly LexicalSymbol[] EitherCases =
    [
        .. Enumerable.Range(0, 128)
            .Select(c => char.IsAsciiLetter((char)c) ? new LexicalSymbol(x => char.IsAscii(x) && (x | ' ') == (c | ' ')) : Exacts[c]),
    ];

    public override int? FixedLength => 1;

    /// <summary>One character of ASCII.</summary>
    public static LexicalPattern Exact(char c) => Exacts[c];

    /// <summary>One character of ASCII; a letter also in its other case.</summary>
    public static LexicalPattern InEitherCase(char c) => EitherCases[c];

    public override int AddTo(LexicalStates states, int start)
    {
        int end = states.Add();
        states.Connect(start, belongs, end);
        return end;
    }
}

/// <summary>Patterns one after the other.</summary>
internal sealed class LexicalSequence(IReadOnlyList<LexicalPattern> parts) : LexicalPattern
{
    public override int? FixedLength => parts.Sum(part => part.FixedLength ?? -1_000_000) is >= 0 and var length ? length : null;

    public override int AddTo(LexicalStates states, int start) => parts.Aggregate(start, (state, part) => part.AddTo(states, state));
}

/// <summary>One of several patterns.</summary>
internal sealed class LexicalChoice(IReadOnlyList<LexicalPattern> choices) : LexicalPattern
{
    public override int? FixedLength => choices.Select(choice => choice.FixedLength).Distinct().ToArray() is [{ } length] ? length : null;

    public override int AddTo(LexicalStates states, int start)
    {
        int end = states.Add();
        foreach (LexicalPattern choice in choices)
        {
            int first = states.Add();
            states.Connect(start, first);
            states.Connect(choice.AddTo(states, first), end);
        }

        return end;
    }
}

/// <summary>A pattern several times.</summary>
internal sealed class LexicalRepetition(LexicalPattern part, int least, int? most) : LexicalPattern
{
    public override int? FixedLength => least == most ? least * part.FixedLength : null;

    public override int AddTo(LexicalStates states, int start)
    {
        int state = start;
        for (int i = 0; i < least; i++)
        {
            state = part.AddTo(states, state);
        }

        int end = states.Add();
        states.Connect(state, end);
        if (most is null)
        {
            int again = states.Add();
            states.Connect(end, again);
            states.Connect(part.AddTo(states, again), end);
        }

        for (int i = least; i < most; i++)
        {
            state = part.AddTo(states, state);
            states.Connect(state, end);
        }

        return end;
    }
}
