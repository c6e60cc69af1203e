namespace CommSharp.Generation;

/// <summary>Says at every step which tokens may come next, as when a box is being written.</summary>
public interface ITokenConstraint
{
    /// <summary>The only tokens that may come next; null when all may.</summary>
    IReadOnlyList<int>? Allowed { get; }

    /// <summary>Takes note of the token that came.</summary>
    /// <param name="token">One of the allowed ones.</param>
    void Advance(int token);
}
