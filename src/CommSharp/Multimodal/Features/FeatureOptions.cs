using CommSharp.Layers;
using CommSharp.Vision;

namespace CommSharp.Multimodal.Features;

/// <summary>Which features are computed, and how.</summary>
public sealed record FeatureOptions
{
    /// <summary>The layers of every tower; null for those that the model reads, or for all of a single tower's.</summary>
    public LayerSelection? Layers { get; init; }

    /// <summary>The one tower to run, counted from 1; null for all of them and the image tokens too.</summary>
    public int? Tower { get; init; }

    /// <summary>The folder of the vision tower, for models that keep it apart.</summary>
    public string? VisionTower { get; init; }

    /// <summary>How weights are held and where they are computed with.</summary>
    public TensorOptions Weights { get; init; } = TensorOptions.Default;
}

/// <summary>A tensor of features that was written.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its shape, [B, N, C].</param>
public sealed record FeatureTensor(string Name, IReadOnlyList<long> Shape);
