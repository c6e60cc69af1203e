namespace CommSharp.Text;

/// <summary>A token that is cut out of a text before SentencePiece sees it: the begin and end marks, and what a model added.</summary>
/// <param name="Content">The text that stands for it.</param>
/// <param name="Id">Its id.</param>
public sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it steers the model rather than being part of what it says; decoding can leave such tokens out.</summary>
    public bool Special { get; init; }

    /// <summary>Whether white space before it goes.</summary>
    public bool TrimBefore { get; init; }

    /// <summary>Whether white space after it goes.</summary>
    public bool TrimAfter { get; init; }
}
