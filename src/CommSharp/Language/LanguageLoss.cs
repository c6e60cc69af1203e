using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>The loss of next-token prediction.</summary>
public static class LanguageLoss
{
    /// <summary>The label of a position that teaches nothing: prompts, pictures, padding.</summary>
    public const int IgnoredLabel = -100;

    /// <summary>The mean cross-entropy of every position's logits against the next position's label.</summary>
    /// <param name="logits">[B, L, V].</param>
    /// <param name="labels">int64 [B, L]; <see cref="IgnoredLabel"/> where nothing is to be learned.</param>
    /// <returns>A scalar.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        long length = logits.shape[1] - 1;
        Tensor predictions = logits.narrow(1, 0, length).reshape(-1, logits.shape[2]).to(ScalarType.Float32);
        Tensor targets = labels.narrow(1, 1, length).reshape(-1);
        return nn.functional.cross_entropy(predictions, targets, ignore_index: IgnoredLabel).MoveToOuterDisposeScope();
    }
}
