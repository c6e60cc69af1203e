namespace CommSharp.Text;

/// <summary>What the files beside a tokenizer.model say about it; the default is what transformers does without them.</summary>
internal sealed record TokenizerSettings
{
    /// <summary>Whether every piece of text between two added tokens gets a space in front, or only the start of the text.</summary>
    public bool Legacy { get; init; } = true;

    public bool AddBegin { get; init; } = true;

    public bool AddEnd { get; init; }

    /// <summary>The text of the begin mark and so on; null for the model's own.</summary>
    public string? Begin { get; init; }

    public string? End { get; init; }

    public string? Unknown { get; init; }

    public string? Pad { get; init; }

    /// <summary>The added tokens that have an id, in the order of their ids.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <summary>The texts of further tokens that count as special.</summary>
    public IReadOnlyList<string> Special { get; init; } = [];
}
