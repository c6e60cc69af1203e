using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>
/// A Llama-family decoder over embeddings, so that image tokens and text tokens enter alike. State is an argument: the key/value cache is the
/// caller's. Names of its parameters are Hugging Face's without the prefix "model.".
/// </summary>
public sealed class LlamaModel : nn.Module<Tensor, Tensor>
{
    private const long Unseen = -1_000_000; // far below any score, and finite
    private const double LeastWorth = 1e-30; // keeps logarithms finite

    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<LlamaBlock> blocks;

    private readonly RmsNorm norm;

    [ComponentName(Name = "lm_head")]
    private readonly Dense? head;

    private readonly TensorOptions options;

    /// <summary>Makes a decoder with uninitialised weights.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="options">How weights are held; activations follow <see cref="TensorOptions.ComputeDtype"/>.</param>
    public LlamaModel(LlamaConfig config, TensorOptions options)
        : base(nameof(LlamaModel))
    {
        Config = config;
        this.options = options;
        embedding = new TokenEmbedding(config.VocabularySize, config.Width, options);
        blocks = new ModuleList<LlamaBlock>([.. Enumerable.Range(0, config.Depth).Select(_ => new LlamaBlock(config, options))]);
        norm = new RmsNorm(config.Width, config.NormEpsilon, options);
        head = config.TiedEmbeddings ? null : new Dense(config.Width, config.VocabularySize, options, hasBias: false);
        RegisterComponents();
    }

    /// <summary>The architecture.</summary>
    public LlamaConfig Config { get; }

    /// <summary>Whether training computes the blocks' activations anew in the backward pass instead of keeping them: see <see cref="Recomputation"/>.</summary>
    public bool RecomputesActivations { get; set; }

    /// <summary>Looks up token embeddings, in the element type that activations are computed in.</summary>
    /// <param name="ids">int64 [B, L], each within the vocabulary.</param>
    /// <returns>[B, L, C].</returns>
    public Tensor Embed(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return embedding.call(ids).to(options.ComputeDtype).MoveToOuterDisposeScope();
    }

    /// <summary>Runs a whole sequence without padding or cache.</summary>
    /// <param name="embeddings">[B, L, C].</param>
    /// <returns>The last block's output after the final norm, [B, L, C].</returns>
    public override Tensor forward(Tensor embeddings) => Decode(embeddings);

    /// <summary>Runs new positions after those in the cache.</summary>
    /// <param name="embeddings">The new positions, [B, L, C].</param>
    /// <param name="mask">[B, L], non-zero or true for real tokens, 0 for padding (on the left); null when all are real.</param>
    /// <param name="cache">Earlier positions, which the new ones are added to; null when there are none and none will follow.</param>
    /// <returns>The last block's output after the final norm, [B, L, C]; rows of padding mean nothing.</returns>
    public Tensor Decode(Tensor embeddings, Tensor? mask = null, KvCache? cache = null) =>
        HiddenStates(embeddings, [Config.Depth], mask, cache)[0];

    /// <summary>Runs rows that hold several questions each.</summary>
    /// <param name="embeddings">[B, L, C].</param>
    /// <param name="questions">Which question a token belongs to, and where it stands in it.</param>
    /// <returns>The last block's output after the final norm, [B, L, C].</returns>
    public Tensor Decode(Tensor embeddings, PackedQuestions questions)
    {
        using DisposeScope scope = NewDisposeScope();
        return HiddenStates(embeddings, [Config.Depth], Context(embeddings, questions), cache: null)[0].MoveToOuterDisposeScope();
    }

    /// <summary>Runs whole rows, and measures how far heads look elsewhere than they should.</summary>
    /// <param name="embeddings">[B, L, C].</param>
    /// <param name="questions">Which question a token belongs to; null where every row is one sample.</param>
    /// <param name="guides">Which heads, and where they should look.</param>
    /// <returns>
    /// The last block's output after the final norm, [B, L, C], and for each guide a float32 scalar: the sum over its tokens of -log of the attention's share that falls on
    /// what is worth looking at.
    /// </returns>
    public (Tensor Hidden, IReadOnlyList<Tensor> Looks) Decode(Tensor embeddings, PackedQuestions? questions, IReadOnlyList<AttentionGuide> guides)
    {
        using DisposeScope scope = NewDisposeScope();
        AttentionContext context = questions is null ? Context(embeddings, mask: null, cache: null) : Context(embeddings, questions);
        int[] layers = [.. guides.Select(guide => guide.Block - 1).Append(Config.Depth).Distinct().Order()];
        IReadOnlyList<Tensor> states = HiddenStates(embeddings, layers, context, cache: null);
        Tensor[] looks = [.. guides.Select(guide => Astray(states[Array.IndexOf(layers, guide.Block - 1)], context, guide).MoveToOuterDisposeScope())];
        return (states[^1].MoveToOuterDisposeScope(), looks);
    }

    /// <summary>The sum over guided tokens of -log of the share of a head's attention that falls on what is worth looking at.</summary>
    private Tensor Astray(Tensor state, AttentionContext context, AttentionGuide guide)
    {
        long rows = state.shape[0], length = state.shape[1];
        Tensor scores = blocks[guide.Block - 1].Scores(state, context, guide.Head).reshape(-1, length).index_select(0, guide.Tokens); // [G, L]
        Tensor seen = (context.Mask?.squeeze(1) ?? CausalMask(null, 0, length, state.device).unsqueeze(0)).expand(rows, length, length);
        Tensor hidden = seen.reshape(-1, length).index_select(0, guide.Tokens).logical_not();
        Tensor shares = scores.ReplacedWhere(hidden, Unseen).log_softmax(-1).Plus(guide.Worth.AtLeast(LeastWorth).log()).logsumexp(-1); // [G]
        return shares.sum().neg();
    }

    /// <summary>As <see cref="Decode(Tensor, Tensor?, KvCache?)"/>, with the outputs of chosen blocks.</summary>
    /// <param name="embeddings">The new positions, [B, L, C].</param>
    /// <param name="layers">
    /// Ascending block numbers counted from 1; 0 is <paramref name="embeddings"/>. The last block's output comes after the final norm, as in the
    /// reference.
    /// </param>
    /// <param name="mask">[B, L], non-zero or true for real tokens; null when all are real.</param>
    /// <param name="cache">Earlier positions; null when there are none.</param>
    /// <returns>For each layer, [B, L, C].</returns>
    public IReadOnlyList<Tensor> HiddenStates(Tensor embeddings, IReadOnlyList<int> layers, Tensor? mask = null, KvCache? cache = null)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. HiddenStates(embeddings, layers, Context(embeddings, mask, cache), cache).Select(result => result.MoveToOuterDisposeScope())];
    }

    private IReadOnlyList<Tensor> HiddenStates(Tensor embeddings, IReadOnlyList<int> layers, AttentionContext context, KvCache? cache)
    {
        using DisposeScope scope = NewDisposeScope();
        var kept = new List<Tensor>(layers.Count);
        Tensor state = embeddings.alias();
        for (int layer = 0; layer <= Config.Depth; layer++)
        {
            bool previousIsKept = kept.Count > 0 && ReferenceEquals(kept[^1], state);
            Tensor next = layer == 0 ? state : RunBlock(layer - 1, state, context);
            if (layer > 0 && !previousIsKept)
            {
                state.Dispose(); // a long prompt's states are large; only the chosen ones live on
            }

            state = next;
            if (kept.Count < layers.Count && layers[kept.Count] == layer)
            {
                kept.Add(layer == Config.Depth ? norm.call(state) : state);
            }
        }

        cache?.Advance(embeddings.shape[1]);
        return [.. kept.Select(result => result.MoveToOuterDisposeScope())];
    }

    /// <summary>Scores the vocabulary.</summary>
    /// <param name="hidden">Normalised hidden states, [..., C].</param>
    /// <returns>[..., V].</returns>
    public Tensor Logits(Tensor hidden)
    {
        if (head is not null)
        {
            return head.call(hidden);
        }

        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(hidden, embedding.Weight.to(hidden.dtype)).MoveToOuterDisposeScope();
    }

    private Tensor RunBlock(int index, Tensor state, AttentionContext context)
    {
        LlamaBlock block = blocks[index];
        if (!RecomputesActivations || context.Cache is not null)
        {
            return block.call(state, context, index);
        }

        // The context's tensors end with the forward pass, so the second run gets its own.
        IReadOnlyList<Tensor> inputs = context.Mask is null ? [state, context.Cosine, context.Sine] : [state, context.Cosine, context.Sine, context.Mask];
        return Recomputation.Run(
            block,
            kept => block.call(kept[0], context with { Cosine = kept[1], Sine = kept[2], Mask = kept.Count > 3 ? kept[3] : null }, index),
            inputs);
    }

    private AttentionContext Context(Tensor embeddings, Tensor? mask, KvCache? cache)
    {
        long batch = embeddings.shape[0], length = embeddings.shape[1], past = cache?.Length ?? 0;
        Tensor? real = mask?.to(ScalarType.Bool);
        Tensor? all = cache is null ? real : cache.Extend(real, batch, length, embeddings.device); // [B, past + L]
        Tensor positions = all is null
            ? TensorArithmetic.Range(past, past + length, device: embeddings.device).unsqueeze(0)
            : all.to(ScalarType.Int64).cumsum(1).Minus(1).AtLeast(0).narrow(1, past, length); // padding does not count
        (Tensor cosine, Tensor sine) = RotaryTable.At(Config, positions);
        bool plain = all is null && (past == 0 || length == 1);
        return new AttentionContext(cosine, sine, plain ? null : CausalMask(all, past, length, embeddings.device), plain && length > 1, cache);
    }

    /// <summary>Key j is seen by query i when j is not later, and shared or of i's own question.</summary>
    private AttentionContext Context(Tensor embeddings, PackedQuestions questions)
    {
        (Tensor cosine, Tensor sine) = RotaryTable.At(Config, questions.Positions);
        Tensor queries = questions.Numbers.unsqueeze(2), keys = questions.Numbers.unsqueeze(1);
        Tensor seen = keys.eq(queries).logical_or(keys.IsEqualTo(0)).logical_and(CausalMask(null, 0, embeddings.shape[1], embeddings.device)); // [B, L, L]
        return new AttentionContext(cosine, sine, seen.unsqueeze(1), Causal: false, Cache: null);
    }

    /// <summary>
    /// Key j is seen by query i when j is not later and not padding; every query sees itself, so that rows of padding stay finite and cannot
    /// poison others through a product with zero.
    /// </summary>
    private static Tensor CausalMask(Tensor? real, long past, long length, Device device)
    {
        Tensor causal = ones(length, past + length, ScalarType.Bool, device).tril(past);
        if (real is null)
        {
            return causal;
        }

        Tensor self = causal.logical_and(ones(length, past + length, ScalarType.Bool, device).triu(past));
        return causal.logical_and(real.unsqueeze(1)).logical_or(self).unsqueeze(1); // [B, 1, L, past + L]
    }
}
