using System.Buffers;
using System.Text;

namespace CommSharp.Text;

/// <summary>
/// Puts pieces together to text as SentencePiece's decoder does: the first space of the whole goes (if encoding adds one), byte pieces in a row
/// are UTF-8, and a byte that is not becomes U+FFFD. It can be asked at any time for what is certain so far.
/// </summary>
internal sealed class SentencePieceText(SentencePieceModel model, bool dropsFirstSpace)
{
    private readonly StringBuilder _text = new();
    private readonly List<byte> _bytes = [];
    private bool _begun;

    /// <summary>Appends a piece.</summary>
    /// <param name="id">A piece of the model.</param>
    /// <param name="withoutSpace">Leaves the piece's own leading space out; what is left then counts as the piece.</param>
    public void Append(int id, bool withoutSpace = false)
    {
        SentencePiece piece = model.Pieces[id];
        switch (piece.Kind)
        {
            case PieceKind.Byte:
                _bytes.Add((byte)ByteOf(piece));
                _begun = true;
                WriteBytes(complete: false);
                break;
            case PieceKind.Control:
                WriteBytes(complete: true);
                break;
            case PieceKind.Unknown:
                WriteBytes(complete: true);
                Write(model.UnknownSurface);
                break;
            default:
                WriteBytes(complete: true);
                WritePiece(piece.Text, withoutSpace);
                break;
        }
    }

    /// <summary>Takes the text that no later piece can change.</summary>
    public string TakeCertain()
    {
        string text = _text.ToString();
        _text.Clear();
        return text;
    }

    /// <summary>Takes everything; bytes that are still incomplete become U+FFFD.</summary>
    public string TakeAll()
    {
        WriteBytes(complete: true);
        return TakeCertain();
    }

    private static int ByteOf(SentencePiece piece) => Convert.FromHexString(piece.Text.AsSpan(3, 2))[0];

    private void WritePiece(string piece, bool withoutSpace)
    {
        int from = withoutSpace && piece[0] == SentencePieceModel.Space ? 1 : 0;
        if (dropsFirstSpace && !_begun && from < piece.Length && piece[from] == SentencePieceModel.Space)
        {
            _begun = true;
            from++;
        }

        Write(piece[from..].Replace(SentencePieceModel.Space, ' '));
    }

    private void Write(string text)
    {
        _text.Append(text);
        _begun |= text.Length > 0;
    }

    private void WriteBytes(bool complete)
    {
        ReadOnlySpan<byte> rest = _bytes.ToArray();
        while (!rest.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(rest, out Rune rune, out int length);
            if (status == OperationStatus.NeedMoreData && !complete)
            {
                break;
            }

            // One U+FFFD for each wrong byte, where .NET would write one for the longest wrong beginning of a character.
            bool valid = status == OperationStatus.Done;
            _text.Append(valid ? rune : Rune.ReplacementChar);
            rest = rest[(valid ? length : 1)..];
        }

        _bytes.RemoveRange(0, _bytes.Count - rest.Length);
    }
}
