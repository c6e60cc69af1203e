using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>
/// Several questions in one row that share its first tokens, such as a picture's: each sees the shared tokens and its own, and stands behind the shared ones as if it were
/// alone. Disposing of it disposes of its tensors.
/// </summary>
/// <param name="Numbers">int64 [B, L]: the question that a token belongs to, from 1; 0 for shared tokens, -1 for padding.</param>
/// <param name="Positions">int64 [B, L]: where a token stands in its own question, shared tokens counted.</param>
public sealed record PackedQuestions(Tensor Numbers, Tensor Positions) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Numbers.Dispose();
        Positions.Dispose();
    }
}
