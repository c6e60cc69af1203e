namespace CommSharp.Answering.Engine;

/// <summary>A question that was refused because as many wait as may; ask again later. A server answers with 429 or 503.</summary>
public sealed class EngineFullException : CommSharpException
{
    /// <summary>Makes the refusal.</summary>
    /// <param name="limit">How many may wait.</param>
    public EngineFullException(int limit)
        : base($"{limit} questions wait already, which is the limit; ask again later.") => Limit = limit;

    /// <summary>How many may wait.</summary>
    public int Limit { get; }
}
