using System.Globalization;
using System.Text;
using CommSharp.Checkpoints;

namespace CommSharp.Text;

/// <summary>
/// Reads a SentencePiece model (sentencepiece_model.proto). Everything in it that changes how text is cut and that we do not do is refused:
/// other algorithms than byte pairs, character maps, pieces switched off.
/// </summary>
internal static class SentencePieceReader
{
    // Llama's file has 0.5 MB and 32 000 pieces; the largest models of this kind in use have 256 000.
    private const long LargestFile = 64 << 20;
    private const int MostPieces = 1 << 20;
    private const int BytePairs = 2;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static SentencePieceModel Read(string file)
    {
        try
        {
            var info = new FileInfo(file);
            return info.Length <= LargestFile
                ? Parse(File.ReadAllBytes(file))
                : throw new InvalidDataException($"it has {info.Length} bytes, more than the {LargestFile} that are read");
        }
        catch (Exception error) when (error is InvalidDataException or DecoderFallbackException)
        {
            throw new CommSharpException(
                $"{file}: is not a SentencePiece model that can be used: {error.Message}. "
                + "Copy the tokenizer.model that came with the language model's weights.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{file}: {FileFault.OfReading(error)}", error);
        }
    }

    public static SentencePieceModel Parse(ReadOnlySpan<byte> bytes)
    {
        var pieces = new List<SentencePiece>();
        var trainer = new Trainer();
        var normalizer = new Normalizer();
        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            switch (model.Field)
            {
                case 1 when pieces.Count == MostPieces:
                    throw new InvalidDataException($"it has more than {MostPieces} pieces");
                case 1:
                    pieces.Add(ReadPiece(model.Bytes, pieces.Count));
                    break;
                case 2:
                    trainer = ReadTrainer(model.Bytes);
                    break;
                case 3:
                    normalizer = ReadNormalizer(model.Bytes);
                    break;
            }
        }

        Check(trainer, normalizer, pieces);
        return new SentencePieceModel
        {
            Pieces = pieces,
            ByteIds = FindBytes(pieces),
            UnknownId = Special("unknown", trainer.Unknown, pieces, PieceKind.Unknown),
            BeginId = Special("begin", trainer.Begin, pieces, PieceKind.Control),
            EndId = Special("end", trainer.End, pieces, PieceKind.Control),
            AddDummyPrefix = normalizer.DummyPrefix,
            UnknownSurface = trainer.UnknownSurface,
        };
    }

    private static SentencePiece ReadPiece(ReadOnlySpan<byte> bytes, int id)
    {
        var piece = new SentencePiece("", 0, PieceKind.Normal);
        var fields = new ProtobufReader(bytes);
        while (fields.Next())
        {
            piece = fields.Field switch
            {
                1 => piece with { Text = Utf8.GetString(fields.Bytes) },
                2 => piece with { Score = fields.Single },
                3 => piece with { Kind = (PieceKind)fields.Number },
                _ => piece,
            };
        }

        return piece switch
        {
            { Text: "" } => throw new InvalidDataException($"piece {id} is empty"),
            { Kind: PieceKind.Unused } => throw new InvalidDataException($"piece {id} is marked as unused, which is not supported"),
            { Kind: < PieceKind.Normal or > PieceKind.Byte } => throw new InvalidDataException($"piece {id} is of kind {(int)piece.Kind}"),
            _ when float.IsNaN(piece.Score) => throw new InvalidDataException($"the score of piece {id} is not a number"),
            _ => piece,
        };
    }

    private static Trainer ReadTrainer(ReadOnlySpan<byte> bytes)
    {
        var trainer = new Trainer();
        var fields = new ProtobufReader(bytes);
        while (fields.Next())
        {
            trainer = fields.Field switch
            {
                3 => trainer with { ModelType = fields.Number },
                24 => trainer with { SpaceAtEnd = fields.Flag },
                35 => trainer with { ByteFallback = fields.Flag },
                40 => trainer with { Unknown = fields.Number },
                41 => trainer with { Begin = fields.Number },
                42 => trainer with { End = fields.Number },
                44 => trainer with { UnknownSurface = Utf8.GetString(fields.Bytes) },
                _ => trainer,
            };
        }

        return trainer;
    }

    private static Normalizer ReadNormalizer(ReadOnlySpan<byte> bytes)
    {
        var normalizer = new Normalizer();
        var fields = new ProtobufReader(bytes);
        while (fields.Next())
        {
            normalizer = fields.Field switch
            {
                2 => normalizer with { HasCharacterMap = !fields.Bytes.IsEmpty },
                3 => normalizer with { DummyPrefix = fields.Flag },
                4 => normalizer with { RemoveSpaces = fields.Flag },
                5 => normalizer with { EscapeSpaces = fields.Flag },
                _ => normalizer,
            };
        }

        return normalizer;
    }

    private static void Check(Trainer trainer, Normalizer normalizer, List<SentencePiece> pieces)
    {
        string? problem = (trainer, normalizer) switch
        {
            _ when pieces.Count == 0 => "it has no pieces",
            ({ ModelType: not BytePairs }, _) => $"its algorithm is number {trainer.ModelType}, but only byte pairs ({BytePairs}) are supported",
            ({ ByteFallback: false }, _) => "it has no byte fallback",
            ({ SpaceAtEnd: true }, _) => "it puts spaces at the end of words",
            (_, { HasCharacterMap: true }) => "it normalises characters, which Llama's does not",
            (_, { RemoveSpaces: true }) => "it removes spaces, which Llama's does not",
            (_, { EscapeSpaces: false }) => "it leaves spaces as they are, which Llama's does not",
            _ => null,
        };
        if (problem is not null)
        {
            throw new InvalidDataException(problem);
        }

        if (pieces.GroupBy(piece => piece.Text).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"it has the piece {Printable.Name(twice.Key)} twice");
        }
    }

    private static int[] FindBytes(List<SentencePiece> pieces)
    {
        int[] ids = new int[256];
        Array.Fill(ids, -1);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Kind == PieceKind.Byte)
            {
                string text = pieces[id].Text;
                bool named = text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>';
                ids[named && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
                    ? value
                    : throw new InvalidDataException($"piece {id} is a byte, but is called {Printable.Name(text)}")] = id;
            }
        }

        int missing = Array.IndexOf(ids, -1);
        return missing < 0 ? ids : throw new InvalidDataException($"it has no piece for the byte {missing}");
    }

    private static int Special(string what, long id, List<SentencePiece> pieces, PieceKind kind) =>
        id >= 0 && id < pieces.Count && pieces[(int)id].Kind == kind
            ? (int)id
            : throw new InvalidDataException($"its {what} id {id} is not a piece of the kind {kind}");

    /// <summary>What the file leaves out has the values of sentencepiece_model.proto.</summary>
    private sealed record Trainer
    {
        public long ModelType { get; init; } = 1;

        public bool SpaceAtEnd { get; init; }

        public bool ByteFallback { get; init; }

        public long Unknown { get; init; }

        public long Begin { get; init; } = 1;

        public long End { get; init; } = 2;

        public string UnknownSurface { get; init; } = " \u2047 ";
    }

    private sealed record Normalizer
    {
        public bool HasCharacterMap { get; init; }

        public bool DummyPrefix { get; init; } = true;

        public bool RemoveSpaces { get; init; } = true;

        public bool EscapeSpaces { get; init; } = true;
    }
}
