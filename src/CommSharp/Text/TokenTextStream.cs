namespace CommSharp.Text;

/// <summary>
/// Text out of tokens as they come. Each call gives what no later token can change, so never half a character; all calls together give what
/// <see cref="LlamaTokenizer.Decode"/> gives for the whole, without the special tokens. Made by <see cref="LlamaTokenizer.OpenStream"/>.
/// </summary>
public sealed class TokenTextStream
{
    private readonly LlamaTokenizer _tokenizer;
    private SentencePieceText _run;
    private bool _first = true;

    internal TokenTextStream(LlamaTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _run = tokenizer.NewRun();
    }

    /// <summary>Adds a token.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The text that is certain now; empty for a special token and for a character that is not complete.</returns>
    /// <exception cref="CommSharpException">The id is not in the vocabulary.</exception>
    public string Append(int id)
    {
        string content = _tokenizer.TextOf(id);
        if (_tokenizer.IsSpecial(id))
        {
            return "";
        }

        if (!_tokenizer.IsPiece(id))
        {
            string before = Complete();
            (_run, _first) = (_tokenizer.NewRun(), true);
            return before + content;
        }

        _run.Append(id, withoutSpace: _first);
        _first = false;
        return _run.TakeCertain();
    }

    /// <summary>The rest, after the last token: bytes of a character that was never completed, as U+FFFD.</summary>
    public string Complete() => _run.TakeAll();
}
