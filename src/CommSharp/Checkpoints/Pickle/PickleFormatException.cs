namespace CommSharp.Checkpoints.Pickle;

/// <summary>A pickle that is damaged, larger than its limits, or asks for something that is not allowed.</summary>
public sealed class PickleFormatException : CommSharpException
{
    /// <summary>Makes an error about a place in a pickle.</summary>
    /// <param name="offset">The byte at which the offending instruction starts.</param>
    /// <param name="problem">What is wrong there; the message becomes "byte offset: problem".</param>
    public PickleFormatException(long offset, string problem)
        : base($"byte {offset}: {problem}") => Offset = offset;

    /// <summary>The byte at which the offending instruction starts.</summary>
    public long Offset { get; }
}
