using CommSharp.Layers;
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

    /// <summary>
    /// The sum over labelled positions of <see cref="CrossEntropy"/>'s terms. Only the hidden states before a labelled position are scored against
    /// the vocabulary: most of a training sequence is picture and question, and their logits would be by far the largest tensor of a step.
    /// </summary>
    /// <param name="model">The decoder whose head scores.</param>
    /// <param name="hidden">What <see cref="LlamaModel.Decode(Tensor, Tensor?, KvCache?)"/> gave, [B, L, C].</param>
    /// <param name="labels">int64 [B, L] on the same device; <see cref="IgnoredLabel"/> where nothing is to be learned.</param>
    /// <param name="weights">float32 [B, L] on the same device, how much each label's term counts; all 1 when null.</param>
    /// <returns>A float32 scalar; 0, with gradients of 0, when nothing is labelled.</returns>
    public static Tensor AnswerSum(LlamaModel model, Tensor hidden, Tensor labels, Tensor? weights = null)
    {
        using DisposeScope scope = NewDisposeScope();
        long length = hidden.shape[1] - 1;
        Tensor next = labels.narrow(1, 1, length).reshape(-1);
        Tensor rows = next.IsNotEqualTo(IgnoredLabel).nonzero().squeeze(1);
        Tensor answering = hidden.narrow(1, 0, length).reshape(-1, hidden.shape[2]).index_select(0, rows);
        Tensor predictions = model.Logits(answering).to(ScalarType.Float32);
        Tensor targets = next.index_select(0, rows);
        if (weights is null)
        {
            return nn.functional.cross_entropy(predictions, targets, reduction: nn.Reduction.Sum).MoveToOuterDisposeScope();
        }

        Tensor terms = nn.functional.cross_entropy(predictions, targets, reduction: nn.Reduction.None);
        return terms.dot(weights.narrow(1, 1, length).reshape(-1).index_select(0, rows)).MoveToOuterDisposeScope();
    }
}
