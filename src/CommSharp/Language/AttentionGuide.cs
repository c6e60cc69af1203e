using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>
/// Where one head of a decoder should look: for chosen tokens, how much each token of their row is worth looking at. Supervised attention in the manner of
/// "Attention Correctness in Neural Image Captioning" (Liu et al. 2017, arXiv 1605.09553). Disposing of it disposes of its tensors.
/// </summary>
/// <param name="Block">The block, from 1.</param>
/// <param name="Head">The head, from 0.</param>
/// <param name="Tokens">int64 [G]: the guided tokens' places in [B * L].</param>
/// <param name="Worth">float32 [G, L]: for each of them the worth of every token of its row, 0 to 1; at least one is above 0, and none behind the token is.</param>
public sealed record AttentionGuide(int Block, int Head, Tensor Tokens, Tensor Worth) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        Worth.Dispose();
    }
}
