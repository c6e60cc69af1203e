using CommSharp.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Generation;

/// <summary>Generates answers for a batch of prompts, token by token, until all have ended.</summary>
public static class TokenGenerator
{
    /// <summary>Runs on the calling thread.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="rows">The answers to generate; those that have ended leave the batch.</param>
    /// <param name="prompt">Embeddings of the positions that are not in the cache yet, [B, L, C], padded on the left.</param>
    /// <param name="mask">[B, L], 0 for padding; null when there is none.</param>
    /// <param name="cache">What came before; afterwards it holds every position that was run.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    /// <exception cref="OperationCanceledException">Cancelled; rows hold what was generated, and the cache what was run.</exception>
    public static void Run(
        LlamaModel model, IReadOnlyList<GenerationRow> rows, Tensor prompt, Tensor? mask, KvCache cache, CancellationToken cancellationToken = default)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        GenerationRow[] active = [.. rows];
        Tensor input = prompt.alias();
        Tensor? seen = mask?.alias();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] next = Step(model, active, input, seen, cache);
            long[] open = [.. Enumerable.Range(0, active.Length).Where(row => active[row].Finish is null).Select(row => (long)row)];
            if (open.Length == 0)
            {
                return;
            }

            if (open.Length < active.Length)
            {
                cache.KeepRows(open);
                active = [.. open.Select(row => active[row])];
            }

            input.Dispose();
            seen?.Dispose();
            seen = null; // every new position is real
            using Tensor ids = tensor(open.Select(row => (long)next[row]).ToArray()).unsqueeze(1);
            input = model.Embed(ids.to(prompt.device)); // [B, 1, C]
        }
    }

    private static int[] Step(LlamaModel model, GenerationRow[] active, Tensor input, Tensor? mask, KvCache cache)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = model.Decode(input, mask, cache);
        Tensor logits = model.Logits(hidden.select(1, hidden.shape[1] - 1)).to(ScalarType.Float32).cpu(); // [B, V]
        float[] scores = logits.data<float>().ToArray();
        int width = (int)logits.shape[1];
        return [.. active.Select((row, i) => row.Step(scores.AsSpan(i * width, width), model.Config.ContextLength))];
    }
}
