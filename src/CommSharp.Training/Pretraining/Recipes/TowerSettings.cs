using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Vision;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>The size of a tower; everything else is its family's.</summary>
public sealed record TowerSettings
{
    /// <summary>The side in pixels of the pictures that positions are stored for.</summary>
    public int ImageSize { get; init; } = 112;

    /// <summary>The side of a patch in pixels.</summary>
    public int PatchSize { get; init; } = 14;

    /// <summary>The width of a token.</summary>
    public int Width { get; init; } = 192;

    /// <summary>The number of blocks.</summary>
    public int Depth { get; init; } = 6;

    /// <summary>The number of attention heads.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>The width inside the feed-forward part, as a multiple of <see cref="Width"/>.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>What positions start as, which are learned from there; MAE's always are sines and cosines, and stay so.</summary>
    public PositionStart Positions { get; init; }

    /// <summary>The architecture, with the epsilon of Hugging Face's class of that kind and nothing of a family yet.</summary>
    internal VisionTransformerConfig Architecture => new()
    {
        ImageSize = ImageSize,
        PatchSize = PatchSize,
        Width = Width,
        Depth = Depth,
        Heads = Heads,
        HiddenWidth = (int)(Width * MlpRatio),
    };

    /// <summary>As CLIP's vision tower: tokens are normalised first, patches have no offset.</summary>
    internal VisionTransformerConfig Clip =>
        Architecture with { NormEpsilon = 1e-5, Activation = ActivationKind.QuickGelu, PatchBias = false, StemNorm = true };

    /// <exception cref="ConfigurationException">No tower can be built of it.</exception>
    internal void Validate(MemberCheck check)
    {
        check.Positive("mlpRatio", MlpRatio);
        check.That(MlpRatio <= 64, "mlpRatio", MlpRatio, "at most 64");
        check.That(
            Positions == PositionStart.Normal || Width % 4 == 0, "width", Width, "a multiple of 4, since positions are sines and cosines of two coordinates");
        Architecture.Validate(check);
    }
}
