using CommSharp.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Generation;

/// <summary>One answer of a batch while it is being generated.</summary>
public sealed class GenerationRow
{
    private readonly HashSet<int> _seen;
    private readonly int _promptLength;
    private readonly int? _vocabularySize;

    /// <summary>Begins an answer.</summary>
    /// <param name="prompt">What stands at each position of the prompt: a token's id, or a number below 0 for a part of a picture.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="endOfText">The ids with which the model ends an answer.</param>
    /// <param name="accept">Gets every token but an end; returns false when no more are wanted.</param>
    /// <param name="constraint">What may come next; null for anything.</param>
    /// <param name="vocabularySize">The tokenizer's size; models may score more ids, which mean nothing. All are chosen from when null.</param>
    public GenerationRow(
        IReadOnlyCollection<long> prompt,
        GenerationOptions options,
        IReadOnlyList<int> endOfText,
        Func<SampledToken, bool> accept,
        ITokenConstraint? constraint = null,
        int? vocabularySize = null)
    {
        _seen = [.. prompt.Where(id => id >= 0).Select(id => (int)id)];
        _promptLength = prompt.Count;
        _vocabularySize = vocabularySize;
        Options = options;
        Sampler = new Sampler(options);
        EndOfText = endOfText;
        Accept = accept;
        Constraint = constraint;
    }

    /// <summary>The tokens of the answer so far, without an end.</summary>
    public List<SampledToken> Tokens { get; } = [];

    /// <summary>Why the answer ended; null while it has not.</summary>
    public FinishReason? Finish { get; private set; }

    internal GenerationOptions Options { get; }

    internal IReadOnlyList<int> EndOfText { get; }

    private Sampler Sampler { get; }

    private Func<SampledToken, bool> Accept { get; }

    private ITokenConstraint? Constraint { get; }

    /// <summary>Chooses this row's next token.</summary>
    /// <param name="logits">The model's scores.</param>
    /// <param name="contextLength">How many positions the model has; padding takes none.</param>
    internal int Step(ReadOnlySpan<float> logits, int contextLength)
    {
        bool contextIsFull = _promptLength + Tokens.Count >= contextLength;
        logits = logits[..Math.Min(logits.Length, _vocabularySize ?? logits.Length)];
        SampledToken token = Sampler.Next(logits, _seen, Constraint?.Allowed);
        if (EndOfText.Contains(token.Id))
        {
            Finish = FinishReason.EndOfText;
            return token.Id;
        }

        _seen.Add(token.Id);
        Tokens.Add(token);
        Constraint?.Advance(token.Id);
        if (!Accept(token))
        {
            Finish = FinishReason.Stop;
        }
        else if (Tokens.Count >= Options.MaxTokens || contextIsFull)
        {
            Finish = FinishReason.Length;
        }

        return token.Id;
    }
}

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
