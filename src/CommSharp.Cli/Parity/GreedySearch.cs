using CommSharp.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>
/// Continues a batch of prompts by the best-scored token, for a fixed number of tokens, and keeps the scores for comparison. Answers come from
/// <see cref="Generation.TokenGenerator"/>.
/// </summary>
internal static class GreedySearch
{
    /// <summary>Generates.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="prompt">Embeddings, [B, L, C], padded on the left.</param>
    /// <param name="mask">[B, L], 0 for padding; null when there is none.</param>
    /// <param name="count">The number of tokens to generate.</param>
    /// <param name="cached">Whether earlier positions are kept, instead of computed again for every token. Slower without, and equal.</param>
    /// <returns>The ids, int64 [B, count], and the logits that they were the best of, [B, count, V].</returns>
    public static (Tensor Ids, Tensor Logits) Run(LlamaModel model, Tensor prompt, Tensor? mask, int count, bool cached = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        using KvCache? cache = cached ? new KvCache(model.Config, (int)prompt.shape[1] + count) : null;
        Tensor input = prompt.alias();
        Tensor? seen = mask?.alias();
        var ids = new List<Tensor>(count);
        var logits = new List<Tensor>(count);
        while (true)
        {
            Tensor scores = Score(model, input, seen, cache);
            logits.Add(scores);
            ids.Add(scores.argmax(-1));
            if (ids.Count == count)
            {
                break;
            }

            Tensor next = model.Embed(ids[^1].unsqueeze(1)); // [B, 1, C]
            Tensor? real = seen is null ? null : ones_like(ids[^1].unsqueeze(1), seen.dtype);
            input = cached ? next : cat([input, next], 1);
            seen = cached || seen is null ? real : cat([seen, real!], 1);
        }

        return (stack(ids, 1).MoveToOuterDisposeScope(), stack(logits, 1).MoveToOuterDisposeScope());
    }

    private static Tensor Score(LlamaModel model, Tensor input, Tensor? mask, KvCache? cache)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = model.Decode(input, mask, cache);
        return model.Logits(hidden.select(1, hidden.shape[1] - 1)).MoveToOuterDisposeScope(); // [B, V]
    }
}
