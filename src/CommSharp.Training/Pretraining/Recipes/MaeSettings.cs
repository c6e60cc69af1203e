using CommSharp.Configuration;
using CommSharp.Vision;
using CommSharp.Vision.Masked;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>MAE (He et al. 2021): a quarter of the patches is seen, the pixels of the others are painted.</summary>
public sealed record MaeSettings : ObjectiveSettings
{
    /// <summary>The decoder's width; a multiple of 4.</summary>
    public int DecoderWidth { get; init; } = 96;

    /// <summary>The number of its blocks.</summary>
    public int DecoderDepth { get; init; } = 2;

    /// <summary>The number of its heads.</summary>
    public int DecoderHeads { get; init; } = 3;

    /// <summary>The share of patches that the encoder does not see.</summary>
    public double MaskRatio { get; init; } = 0.75;

    /// <summary>Whether each patch is brought to mean 0 and variance 1 before it is painted, as the paper's best models have it.</summary>
    public bool NormalizedPixels { get; init; } = true;

    /// <summary>How pictures are varied.</summary>
    public ViewSettings View { get; init; } = new() { SmallestCrop = 0.2, Flip = 0.5 };

    /// <summary>The decoder as Hugging Face's class has it, with the encoder's epsilon and ratio.</summary>
    internal MaskedAutoencoderConfig Decoder => new(
        new EncoderBlockConfig(DecoderWidth, DecoderHeads, (int)(DecoderWidth * Tower.MlpRatio)) { NormEpsilon = Epsilon }, DecoderDepth, MaskRatio);

    /// <summary>The encoder.</summary>
    internal VisionTransformerConfig Encoder => Tower.Architecture with { NormEpsilon = Epsilon };

    private static double Epsilon => 1e-12;

    internal override void Validate(MemberCheck check, PictureBatchSettings batch)
    {
        base.Validate(check, batch);
        View.Validate(check.In("view"));
        check.That(Tower.Width % 4 == 0, "tower.width", Tower.Width, "a multiple of 4, since positions are sines and cosines of two coordinates");
        check.Range("decoderWidth", DecoderWidth, 4, MemberCheck.LargestSize);
        check.That(DecoderWidth % 4 == 0, "decoderWidth", DecoderWidth, "a multiple of 4");
        check.Range("decoderDepth", DecoderDepth, 1, MemberCheck.MostLayers);
        check.That(DecoderHeads > 0 && DecoderWidth % DecoderHeads == 0, "decoderHeads", DecoderHeads, $"a divisor of \"decoderWidth\", which is {DecoderWidth}");
        int patches = Tower.Architecture.NativeGrid.Count, seen = (int)(patches * (1 - MaskRatio));
        check.That(seen >= 1 && seen < patches, "maskRatio", MaskRatio, $"such that at least one of the {patches} patches is seen and one is not");
    }
}
