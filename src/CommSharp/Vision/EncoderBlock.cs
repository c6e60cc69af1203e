using CommSharp.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Vision;

/// <summary>The shape of one <see cref="EncoderBlock"/>.</summary>
/// <param name="Width">The width of a token.</param>
/// <param name="Heads">The number of attention heads.</param>
/// <param name="HiddenWidth">The width inside the feed-forward part.</param>
public sealed record EncoderBlockConfig(int Width, int Heads, int HiddenWidth)
{
    /// <summary>Plain MLP or SwiGLU.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Mlp;

    /// <summary>The non-linearity of a plain MLP.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Gelu;

    /// <summary>Added to the variance in both norms.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether each residual branch is scaled per channel.</summary>
    public bool LayerScale { get; init; }
}

/// <summary>
/// A pre-norm transformer block: x + s1 * Attention(LN(x)), then x + s2 * FeedForward(LN(x)). Towers, CLIP's text encoder and MAE's decoder are
/// stacks of it.
/// </summary>
public sealed class EncoderBlock : nn.Module<Tensor, Tensor>, IFreshWeights
{
    private readonly LayerNorm norm1;
    private readonly EncoderAttention attention;
    private readonly Parameter? scale1;
    private readonly LayerNorm norm2;
    private readonly FeedForward feedForward;
    private readonly Parameter? scale2;

    /// <summary>Makes a block with uninitialised weights.</summary>
    public EncoderBlock(EncoderBlockConfig config, TensorOptions options)
        : base(nameof(EncoderBlock))
    {
        norm1 = new LayerNorm(config.Width, config.NormEpsilon, options);
        attention = new EncoderAttention(config.Width, config.Heads, options);
        norm2 = new LayerNorm(config.Width, config.NormEpsilon, options);
        feedForward = new FeedForward(config, options);
        if (config.LayerScale)
        {
            scale1 = new Parameter(empty(config.Width, options.Dtype, options.Device));
            scale2 = new Parameter(empty(config.Width, options.Dtype, options.Device));
        }

        RegisterComponents();
    }

    /// <summary>Transforms tokens that may all attend to each other.</summary>
    /// <param name="tokens">[B, N, C].</param>
    /// <returns>[B, N, C].</returns>
    public override Tensor forward(Tensor tokens) => Transform(tokens, mask: null);

    /// <summary>Transforms tokens under a mask.</summary>
    /// <param name="tokens">[B, N, C].</param>
    /// <param name="mask">Boolean, broadcast to [B, heads, N, N]; true where a query (row) may attend to a key (column). Null: everywhere.</param>
    /// <returns>[B, N, C].</returns>
    public Tensor Transform(Tensor tokens, Tensor? mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = tokens.Plus(Scaled(attention.Attend(norm1.call(tokens), mask), scale1));
        return attended.Plus(Scaled(feedForward.call(norm2.call(attended)), scale2)).MoveToOuterDisposeScope();
    }

    /// <summary>Layer scales start at 1e-5, as in DINOv2's and DeiT III's deep models.</summary>
    void IFreshWeights.Draw(Generator generator)
    {
        scale1?.Fill(1e-5);
        scale2?.Fill(1e-5);
    }

    private static Tensor Scaled(Tensor branch, Parameter? scale) => scale is null ? branch : branch * scale.to(branch.dtype);
}
