using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>A decoder block: x + Attention(RMS(x)), then x + W_down(silu(W_gate y) * W_up y) with y = RMS(x).</summary>
internal sealed class LlamaBlock : nn.Module<Tensor, AttentionContext, int, Tensor>
{
    [ComponentName(Name = "input_layernorm")]
    private readonly RmsNorm attentionNorm;

    [ComponentName(Name = "self_attn")]
    private readonly LlamaAttention attention;

    [ComponentName(Name = "post_attention_layernorm")]
    private readonly RmsNorm feedForwardNorm;

    [ComponentName(Name = "mlp")]
    private readonly GatedFeedForward feedForward;

    internal LlamaBlock(LlamaConfig config, TensorOptions options)
        : base(nameof(LlamaBlock))
    {
        attentionNorm = new RmsNorm(config.Width, config.NormEpsilon, options);
        attention = new LlamaAttention(config, options);
        feedForwardNorm = new RmsNorm(config.Width, config.NormEpsilon, options);
        feedForward = new GatedFeedForward(config, options);
        RegisterComponents();
    }

    /// <summary>Transforms hidden states, [B, L, C].</summary>
    public override Tensor forward(Tensor hidden, AttentionContext context, int layer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = hidden.Plus(attention.call(attentionNorm.call(hidden), context, layer));
        return attended.Plus(feedForward.call(feedForwardNorm.call(attended))).MoveToOuterDisposeScope();
    }

    /// <summary>What the softmax of one of this block's heads is taken of, without mask.</summary>
    /// <param name="hidden">What enters the block, [B, L, C].</param>
    /// <param name="context">The rotary tables.</param>
    /// <param name="head">Which head, from 0.</param>
    /// <returns>float32 [B, L, L], queries by keys.</returns>
    internal Tensor Scores(Tensor hidden, AttentionContext context, int head)
    {
        using DisposeScope scope = NewDisposeScope();
        return attention.Scores(attentionNorm.call(hidden), context, head).MoveToOuterDisposeScope();
    }
}

/// <summary>W_down(silu(W_gate x) * W_up x).</summary>
internal sealed class GatedFeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")]
    private readonly Dense gate;

    [ComponentName(Name = "up_proj")]
    private readonly Dense up;

    [ComponentName(Name = "down_proj")]
    private readonly Dense down;

    internal GatedFeedForward(LlamaConfig config, TensorOptions options)
        : base(nameof(GatedFeedForward))
    {
        gate = new Dense(config.Width, config.HiddenWidth, options, hasBias: false);
        up = new Dense(config.Width, config.HiddenWidth, options, hasBias: false);
        down = new Dense(config.HiddenWidth, config.Width, options, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden) => down.call(gate.call(hidden).silu() * up.call(hidden));
}
