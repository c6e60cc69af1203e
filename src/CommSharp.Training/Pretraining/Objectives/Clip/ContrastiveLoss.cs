using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives.Clip;

/// <summary>
/// CLIP's loss (Radford et al. 2021, figure 3): the mean of the cross-entropies of pictures over captions and of captions over pictures. Where several
/// captions of a batch are the same text each is right for each of their pictures; the target is then spread over them evenly (as in UniCL, Yang et al.
/// 2022), since to push away a true caption would teach something false.
/// </summary>
internal static class ContrastiveLoss
{
    /// <summary>The target: row i has 1 / k at each of the k captions that equal caption i.</summary>
    /// <returns>float32 [B, B], symmetric.</returns>
    public static Tensor Targets(IReadOnlyList<string> captions, Device device)
    {
        int count = captions.Count;
        Dictionary<string, int> copies = captions.GroupBy(caption => caption, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());
        float[] targets = new float[count * count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                targets[(i * count) + j] = captions[i] == captions[j] ? 1f / copies[captions[i]] : 0;
            }
        }

        return tensor(targets, [count, count], device: device);
    }

    /// <summary>The loss of scaled cosines.</summary>
    /// <param name="logits">[B, B], pictures by captions.</param>
    /// <param name="targets">From <see cref="Targets"/>.</param>
    /// <returns>A scalar, in nats.</returns>
    public static Tensor Of(Tensor logits, Tensor targets)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pictures = (logits.log_softmax(1) * targets).sum([1L]).mean();
        Tensor captions = (logits.log_softmax(0) * targets).sum([0L]).mean();
        return pictures.Plus(captions).Times(-0.5).MoveToOuterDisposeScope();
    }
}
