using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>What every block's attention needs besides the hidden states; computed once per forward pass.</summary>
/// <param name="Cosine">[B or 1, 1, L, D].</param>
/// <param name="Sine">[B or 1, 1, L, D], its first half negated.</param>
/// <param name="Mask">Boolean, broadcast to [B, H, L, past + L]; null when causality alone decides.</param>
/// <param name="Causal">Whether plain causal masking applies, which the kernel does without a mask.</param>
/// <param name="Cache">Keys and values of earlier positions, or null.</param>
internal sealed record AttentionContext(Tensor Cosine, Tensor Sine, Tensor? Mask, bool Causal, KvCache? Cache);

/// <summary>Causal self-attention with rotary positions and grouped key/value heads. Its products keep the names that LoRA plans use.</summary>
internal sealed class LlamaAttention : nn.Module<Tensor, AttentionContext, int, Tensor>
{
    [ComponentName(Name = "q_proj")]
    private readonly Dense query;

    [ComponentName(Name = "k_proj")]
    private readonly Dense key;

    [ComponentName(Name = "v_proj")]
    private readonly Dense value;

    [ComponentName(Name = "o_proj")]
    private readonly Dense output;

    private readonly LlamaConfig config;

    internal LlamaAttention(LlamaConfig config, TensorOptions options)
        : base(nameof(LlamaAttention))
    {
        this.config = config;
        int queryWidth = config.Heads * config.HeadWidth, keyWidth = config.KeyValueHeads * config.HeadWidth;
        query = new Dense(config.Width, queryWidth, options, hasBias: false);
        key = new Dense(config.Width, keyWidth, options, hasBias: false);
        value = new Dense(config.Width, keyWidth, options, hasBias: false);
        output = new Dense(queryWidth, config.Width, options, hasBias: false);
        RegisterComponents();
    }

    /// <summary>Attends. <paramref name="hidden"/> is [B, L, C]; <paramref name="layer"/> says which part of the cache is this block's.</summary>
    public override Tensor forward(Tensor hidden, AttentionContext context, int layer)
    {
        long batch = hidden.shape[0], length = hidden.shape[1];
        Tensor queries = RotaryTable.Rotate(Heads(query.call(hidden), config.Heads), context.Cosine, context.Sine);
        Tensor keys = RotaryTable.Rotate(Heads(key.call(hidden), config.KeyValueHeads), context.Cosine, context.Sine);
        Tensor values = Heads(value.call(hidden), config.KeyValueHeads);
        if (context.Cache is not null)
        {
            (keys, values) = context.Cache.Append(layer, keys, values);
        }

        Tensor mixed = Attend(queries, keys, values, context);
        return output.call(mixed.transpose(1, 2).reshape(batch, length, config.Heads * config.HeadWidth));

        Tensor Heads(Tensor projected, int heads) => projected.view(batch, length, heads, config.HeadWidth).transpose(1, 2);
    }

    /// <summary>What one head's softmax is taken of, without mask: QK^T / sqrt(D).</summary>
    /// <param name="hidden">[B, L, C].</param>
    /// <param name="context">The rotary tables.</param>
    /// <param name="head">Which head, from 0.</param>
    /// <returns>float32 [B, L, L], queries by keys.</returns>
    internal Tensor Scores(Tensor hidden, AttentionContext context, int head)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor queries = One(query.call(hidden), head), keys = One(key.call(hidden), head / (config.Heads / config.KeyValueHeads));
        return queries.matmul(keys.transpose(1, 2)).Over(Math.Sqrt(config.HeadWidth)).MoveToOuterDisposeScope();

        Tensor One(Tensor projected, int index) =>
            RotaryTable.Rotate(projected.narrow(2, (long)index * config.HeadWidth, config.HeadWidth).unsqueeze(1), context.Cosine, context.Sine).squeeze(1).to(ScalarType.Float32);
    }

    /// <summary>Softmax(QK^T / sqrt(D)) V, [B, H, L, D].</summary>
    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, AttentionContext context)
    {
        long group = config.Heads / config.KeyValueHeads;
        if (group == 1)
        {
            return AttentionProduct.Of(queries, keys, values, context.Mask, context.Causal);
        }

        long[] shape = queries.shape;
        if (shape[2] == 1)
        {
            // One new position: a group's query heads become rows of one product, and keys need no copies.
            Tensor rows = queries.reshape(shape[0], config.KeyValueHeads, group, shape[3]);
            return AttentionProduct.Of(rows, keys, values, context.Mask).reshape(shape);
        }

        return AttentionProduct.Of(
            queries, keys.repeat_interleave(group, 1), values.repeat_interleave(group, 1), context.Mask, context.Causal);
    }
}
