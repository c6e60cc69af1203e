namespace CommSharp.Text;

/// <summary>What a piece of a SentencePiece model is; the numbers are the file's.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>One entry of the vocabulary; its index is its id.</summary>
internal readonly record struct SentencePiece(string Text, float Score, PieceKind Kind);

/// <summary>A SentencePiece model of the kind that Llama uses: byte pairs, every byte a piece, no normalisation.</summary>
internal sealed record SentencePieceModel
{
    /// <summary>Stands for a space inside pieces.</summary>
    public const char Space = '\u2581';

    public required IReadOnlyList<SentencePiece> Pieces { get; init; }

    /// <summary>The ids of the 256 byte pieces, by byte.</summary>
    public required IReadOnlyList<int> ByteIds { get; init; }

    public required int UnknownId { get; init; }

    public required int BeginId { get; init; }

    public required int EndId { get; init; }

    /// <summary>Whether every text is encoded as if a space stood before it.</summary>
    public required bool AddDummyPrefix { get; init; }

    /// <summary>How the unknown piece is printed.</summary>
    public required string UnknownSurface { get; init; }
}
