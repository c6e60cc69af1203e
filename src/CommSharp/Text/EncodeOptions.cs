namespace CommSharp.Text;

/// <summary>How a text becomes ids.</summary>
public sealed record EncodeOptions
{
    /// <summary>Whether the begin mark is put in front; what the folder's tokenizer_config.json says when null.</summary>
    public bool? AddBegin { get; init; }

    /// <summary>Whether the end mark is put behind; what the folder's tokenizer_config.json says when null.</summary>
    public bool? AddEnd { get; init; }

    /// <summary>
    /// Whether "&lt;/s&gt;" and other added tokens in the text are the tokens (as transformers does) or the characters that they are written with.
    /// Text that a stranger typed is encoded with false: he must not be able to end a turn.
    /// </summary>
    public bool SplitAdded { get; init; } = true;
}
