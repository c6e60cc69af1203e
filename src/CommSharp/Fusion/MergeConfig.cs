using System.Text.Json.Serialization;

namespace CommSharp.Fusion;

/// <summary>
/// How the chosen layers of one tower become one feature map. The paper's ablation names are products of this and of the layer selection:
/// Mean(half) is <see cref="MeanMerge"/> over the layers "half".
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SelectMerge), "select")]
[JsonDerivedType(typeof(MeanMerge), "mean")]
[JsonDerivedType(typeof(LayerscaleMerge), "layerscale")]
[JsonDerivedType(typeof(ConcatMerge), "concat")]
public abstract record MergeConfig;

/// <summary>The one chosen layer as it is: LLaVA, Shikra.</summary>
public sealed record SelectMerge : MergeConfig;

/// <summary>The average of the chosen layers.</summary>
public sealed record MeanMerge : MergeConfig;

/// <summary>
/// A learned weighted sum over layers, sum_i alpha_i T_i(v_i): Layerscale, LLN-Layerscale (COMM, equation 1) and Conv-Layerscale.
/// </summary>
public sealed record LayerscaleMerge : MergeConfig
{
    /// <summary>What is done to each layer before the sum.</summary>
    public LayerTransform Transform { get; init; }

    /// <summary>Whether one transform serves all layers, instead of one each.</summary>
    public bool SharedTransform { get; init; }

    /// <summary>The scale that every layer starts with; by default 1 / number of layers.</summary>
    public double? InitialScale { get; init; }

    /// <summary>Whether the scales are brought to a sum of 1.</summary>
    public ScaleNormalization Normalization { get; init; }

    /// <summary>Added to the variance in the transform's own normalisation.</summary>
    public double NormEpsilon { get; init; } = 1e-5;
}

/// <summary>The chosen layers side by side on the channels.</summary>
public sealed record ConcatMerge : MergeConfig;

/// <summary>What a layer goes through before it is scaled and summed.</summary>
public enum LayerTransform
{
    /// <summary>Nothing: Layerscale.</summary>
    None,

    /// <summary>Linear(LN(v)): LLN-Layerscale.</summary>
    NormLinear,

    /// <summary>BatchNorm(Conv1x1(v)): Conv-Layerscale.</summary>
    Convolution,
}

/// <summary>What is done to the layers' scales before the sum.</summary>
public enum ScaleNormalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Softmax over the layers.</summary>
    Softmax,
}
