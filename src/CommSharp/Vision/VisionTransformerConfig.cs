using CommSharp.Configuration;
using CommSharp.Layers;

namespace CommSharp.Vision;

/// <summary>How the feed-forward part of a block is built.</summary>
public enum FeedForwardKind
{
    /// <summary>Dense, activation, Dense.</summary>
    Mlp,

    /// <summary>silu(x1) * x2 between two Dense layers, where the first gives [x1 | x2]: DINOv2 giant.</summary>
    SwiGlu,
}

/// <summary>
/// A vision transformer's architecture. CLIP, DINOv2 (with registers or without), MAE, ViT, DeiT (distilled) and DeiT III are settings of it,
/// read from a checkpoint's own config by <see cref="Families.VisionFamily"/>.
/// </summary>
public sealed record VisionTransformerConfig
{
    /// <summary>The largest side in pixels; its patches can still be counted in an int.</summary>
    internal const int LargestImage = 16_384;

    /// <summary>The side in pixels of the square pictures that the stored positions were trained on.</summary>
    public required int ImageSize { get; init; }

    /// <summary>The side of a patch in pixels.</summary>
    public required int PatchSize { get; init; }

    /// <summary>The width of a token.</summary>
    public required int Width { get; init; }

    /// <summary>The number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>The number of attention heads; divides <see cref="Width"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>The width inside the feed-forward part; for SwiGLU the width of each half.</summary>
    public required int HiddenWidth { get; init; }

    /// <summary>Plain MLP or SwiGLU.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Mlp;

    /// <summary>The non-linearity of a plain MLP.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Gelu;

    /// <summary>Added to the variance in every layer norm.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether the patch projection has an offset; CLIP's has none.</summary>
    public bool PatchBias { get; init; } = true;

    /// <summary>Whether tokens are normalised before the first block; CLIP's are.</summary>
    public bool StemNorm { get; init; }

    /// <summary>Whether each residual branch is scaled per channel: DINOv2, DeiT III.</summary>
    public bool LayerScale { get; init; }

    /// <summary>Whether a distillation token follows the class token: distilled DeiT.</summary>
    public bool DistillationToken { get; init; }

    /// <summary>Whether the stored positions have rows for the class (and distillation) token; DeiT III's have not.</summary>
    public bool PositionedPrefix { get; init; } = true;

    /// <summary>Register tokens, inserted after the class token and never positioned: DINOv2 with registers.</summary>
    public int RegisterTokens { get; init; }

    /// <summary>How positions are brought to another grid.</summary>
    public PositionResampling Resampling { get; init; } = PositionResampling.Bicubic;

    /// <summary>The grid of patches that the stored positions were trained on.</summary>
    public PatchGrid NativeGrid => GridAt(ImageSize, ImageSize);

    /// <summary>Tokens before the first patch: class, distillation and registers.</summary>
    public int PrefixTokens => 1 + (DistillationToken ? 1 : 0) + RegisterTokens;

    /// <summary>Rows of the position table that belong to prefix tokens.</summary>
    public int PositionedPrefixTokens => PositionedPrefix ? PrefixTokens - RegisterTokens : 0;

    /// <summary>The shape of one block.</summary>
    public EncoderBlockConfig Block => new(Width, Heads, HiddenWidth)
    {
        FeedForward = FeedForward,
        Activation = Activation,
        NormEpsilon = NormEpsilon,
        LayerScale = LayerScale,
    };

    /// <summary>Refuses numbers of which no tower can be built.</summary>
    internal void Validate(MemberCheck check)
    {
        check.Range("imageSize", ImageSize, 1, LargestImage);
        check.Range("patchSize", PatchSize, 1, ImageSize);
        check.That(ImageSize % PatchSize == 0, "patchSize", PatchSize, $"a divisor of \"imageSize\", which is {ImageSize}");
        check.Range("width", Width, 1, MemberCheck.LargestSize);
        check.Range("hiddenWidth", HiddenWidth, 1, MemberCheck.LargestSize);
        check.Range("depth", Depth, 1, MemberCheck.MostLayers);
        check.Range("heads", Heads, 1, Width);
        check.That(Width % Heads == 0, "heads", Heads, $"a divisor of \"width\", which is {Width}");
        check.Range("registerTokens", RegisterTokens, 0, MemberCheck.MostLayers);
        check.Positive("normEpsilon", NormEpsilon);
    }

    /// <summary>The grid of patches of a picture.</summary>
    /// <param name="height">Height in pixels; a multiple of the patch side.</param>
    /// <param name="width">Width in pixels; a multiple of the patch side.</param>
    /// <exception cref="CommSharpException">The picture is not a whole number of patches.</exception>
    public PatchGrid GridAt(long height, long width) =>
        height > 0 && width > 0 && height % PatchSize == 0 && width % PatchSize == 0
            ? new PatchGrid((int)(height / PatchSize), (int)(width / PatchSize))
            : throw new CommSharpException(
                $"A picture of {height} x {width} pixels is not a whole number of {PatchSize} x {PatchSize} patches; resize it to multiples of {PatchSize}.");
}
