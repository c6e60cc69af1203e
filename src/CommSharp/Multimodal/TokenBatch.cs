using static TorchSharp.torch;

namespace CommSharp.Multimodal;

/// <summary>Prompts of different lengths as one rectangle, padded on the left so that all of them end together.</summary>
/// <param name="Ids">int64 [B, L].</param>
/// <param name="Mask">int64 [B, L], 0 for padding; null when there is none.</param>
public sealed record TokenBatch(Tensor Ids, Tensor? Mask)
{
    /// <summary>Pads prompts to the length of the longest.</summary>
    /// <param name="prompts">Token ids; at least one prompt.</param>
    /// <param name="device">Where the tensors live; the CPU when null.</param>
    public static TokenBatch Of(IReadOnlyList<IReadOnlyList<long>> prompts, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prompts.Count, nameof(prompts));
        int length = prompts.Max(prompt => prompt.Count);
        long[,] ids = new long[prompts.Count, length], mask = new long[prompts.Count, length];
        for (int row = 0; row < prompts.Count; row++)
        {
            int padding = length - prompts[row].Count;
            for (int i = 0; i < prompts[row].Count; i++)
            {
                ids[row, padding + i] = prompts[row][i];
                mask[row, padding + i] = 1;
            }
        }

        bool padded = prompts.Any(prompt => prompt.Count < length);
        return new TokenBatch(tensor(ids, device: device), padded ? tensor(mask, device: device) : null);
    }

    /// <summary>Writes the one id that stands for a picture as often as the picture has tokens.</summary>
    /// <param name="prompt">Token ids with one placeholder per picture.</param>
    /// <param name="placeholder">The placeholder.</param>
    /// <param name="tokensPerImage">The number of tokens of a picture.</param>
    public static IReadOnlyList<long> ExpandImages(IEnumerable<long> prompt, long placeholder, int tokensPerImage) =>
        [.. prompt.SelectMany(id => Enumerable.Repeat(id, id == placeholder ? tokensPerImage : 1))];
}
