using System.Runtime.InteropServices;
using System.Text;

namespace CommSharp.Text;

/// <summary>
/// Cuts text into pieces as SentencePiece does: characters first, then again and again the neighbours are joined whose piece has the highest score,
/// the leftmost ones when several have it. A text of n characters costs n log n.
/// </summary>
internal sealed class BytePairEncoder
{
    private readonly SentencePieceModel _model;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly PrefixMatcher _userDefined;

    public BytePairEncoder(SentencePieceModel model)
    {
        _model = model;
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            // Control, unknown and byte pieces have names that are not text: "<s>" in a text is three characters.
            if (model.Pieces[id].Kind is PieceKind.Normal or PieceKind.UserDefined)
            {
                ids.Add(model.Pieces[id].Text, id);
            }
        }

        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        Longest = ids.Keys.Select(text => text.Length).DefaultIfEmpty().Max();
        _userDefined = new PrefixMatcher(ids.Where(piece => model.Pieces[piece.Value].Kind == PieceKind.UserDefined));
    }

    /// <summary>The most characters of a piece.</summary>
    public int Longest { get; }

    /// <summary>Appends the pieces of a text.</summary>
    /// <param name="text">The text; a surrogate without its other half counts as U+FFFD.</param>
    /// <param name="prefix">Whether to encode it as if a space stood before it.</param>
    /// <param name="offset">What to add to the characters' positions.</param>
    /// <param name="tokens">Where the pieces go.</param>
    public void Encode(ReadOnlySpan<char> text, bool prefix, int offset, List<TextToken> tokens)
    {
        char[] buffer = Normalize(text, prefix);
        List<Symbol> symbols = Split(buffer);
        Join(buffer, CollectionsMarshal.AsSpan(symbols));

        int shift = prefix ? 1 : 0;
        for (int i = symbols.Count > 0 ? 0 : -1; i >= 0; i = symbols[i].Next)
        {
            Symbol symbol = symbols[i];
            int start = offset + Math.Max(0, symbol.Start - shift), end = offset + symbol.Start + symbol.Length - shift;
            ReadOnlySpan<char> piece = buffer.AsSpan(symbol.Start, symbol.Length);
            if (_ids.TryGetValue(piece, out int id))
            {
                tokens.Add(new TextToken(id, start, end));
            }
            else
            {
                AddBytes(piece, start, end, tokens);
            }
        }
    }

    /// <summary>Keeps one character for one character, so that positions need no map.</summary>
    private static char[] Normalize(ReadOnlySpan<char> text, bool prefix)
    {
        int shift = prefix ? 1 : 0;
        char[] buffer = new char[text.Length + shift];
        if (prefix)
        {
            buffer[0] = SentencePieceModel.Space;
        }

        for (int i = 0; i < text.Length; i++)
        {
            bool paired = char.IsHighSurrogate(text[i])
                ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
                : char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]);
            buffer[i + shift] = text[i] == ' ' ? SentencePieceModel.Space : char.IsSurrogate(text[i]) && !paired ? '\uFFFD' : text[i];
        }

        return buffer;
    }

    private List<Symbol> Split(ReadOnlySpan<char> buffer)
    {
        var symbols = new List<Symbol>(buffer.Length);
        for (int at = 0; at < buffer.Length;)
        {
            bool whole = _userDefined.TryMatch(buffer[at..], out _, out int length);
            length = whole ? length : char.IsHighSurrogate(buffer[at]) ? 2 : 1;
            symbols.Add(new Symbol { Start = at, Length = length, Whole = whole, Previous = symbols.Count - 1, Next = symbols.Count + 1 });
            at += length;
        }

        if (symbols.Count > 0)
        {
            symbols[^1] = symbols[^1] with { Next = -1 };
        }

        return symbols;
    }

    private void Join(ReadOnlySpan<char> buffer, Span<Symbol> symbols)
    {
        var joins = new PriorityQueue<Pair, (float Score, int Left)>(BestFirst.Instance);
        for (int i = 1; i < symbols.Length; i++)
        {
            Consider(i - 1, i, buffer, symbols, joins);
        }

        while (joins.TryDequeue(out Pair pair, out _))
        {
            ref Symbol left = ref symbols[pair.Left];
            ref Symbol right = ref symbols[pair.Right];
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != pair.Length)
            {
                continue; // One of the two was joined with another neighbour in the meantime.
            }

            left.Length = pair.Length;
            left.Next = right.Next;
            right.Length = 0;
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = pair.Left;
                Consider(pair.Left, left.Next, buffer, symbols, joins);
            }

            if (left.Previous >= 0)
            {
                Consider(left.Previous, pair.Left, buffer, symbols, joins);
            }
        }
    }

    private void Consider(
        int left, int right, ReadOnlySpan<char> buffer, ReadOnlySpan<Symbol> symbols, PriorityQueue<Pair, (float Score, int Left)> joins)
    {
        int length = symbols[left].Length + symbols[right].Length;
        if (length <= Longest && !symbols[left].Whole && !symbols[right].Whole
            && _ids.TryGetValue(buffer.Slice(symbols[left].Start, length), out int id))
        {
            joins.Enqueue(new Pair(left, right, length), (_model.Pieces[id].Score, left));
        }
    }

    private void AddBytes(ReadOnlySpan<char> character, int start, int end, List<TextToken> tokens)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (byte value in bytes[..Encoding.UTF8.GetBytes(character, bytes)])
        {
            tokens.Add(new TextToken(_model.ByteIds[value], start, end));
        }
    }

    private readonly record struct Pair(int Left, int Right, int Length);

    private record struct Symbol
    {
        public int Start { get; init; }

        /// <summary>Characters; 0 once it is part of its left neighbour.</summary>
        public int Length { get; set; }

        public int Previous { get; set; }

        public int Next { get; set; }

        /// <summary>A user-defined piece, never joined with anything.</summary>
        public bool Whole { get; init; }
    }

    private sealed class BestFirst : IComparer<(float Score, int Left)>
    {
        public static readonly BestFirst Instance = new();

        public int Compare((float Score, int Left) x, (float Score, int Left) y)
        {
            int byScore = y.Score.CompareTo(x.Score);
            return byScore != 0 ? byScore : x.Left.CompareTo(y.Left);
        }
    }
}
