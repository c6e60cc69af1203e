using System.Text.Json.Serialization;

namespace CommSharp.Language;

/// <summary>The architecture of a Llama-family decoder: Llama, Vicuna, and what keeps their layout.</summary>
public sealed record LlamaConfig
{
    /// <summary>The number of token ids, added tokens included.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The width of a token's hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>The width inside the gated feed-forward part.</summary>
    public required int HiddenWidth { get; init; }

    /// <summary>The number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>The number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>The number of key/value heads; divides <see cref="Heads"/> (grouped-query attention when smaller).</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>The width of one head.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>The number of positions that the model was trained for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Added to the mean square in every RMS norm.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>The base of the rotary wavelengths.</summary>
    public double RotaryBase { get; init; } = 10000;

    /// <summary>How rotary wavelengths are stretched beyond the trained context.</summary>
    public RotaryScaling Scaling { get; init; } = new NoRotaryScaling();

    /// <summary>Whether the output layer is the embedding table itself.</summary>
    public bool TiedEmbeddings { get; init; }
}

/// <summary>How rotary wavelengths are stretched beyond the trained context.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NoRotaryScaling), "none")]
[JsonDerivedType(typeof(LinearRotaryScaling), "linear")]
[JsonDerivedType(typeof(Llama3RotaryScaling), "llama3")]
public abstract record RotaryScaling;

/// <summary>Wavelengths as trained.</summary>
public sealed record NoRotaryScaling : RotaryScaling;

/// <summary>Every wavelength times a factor.</summary>
/// <param name="Factor">At least 1.</param>
public sealed record LinearRotaryScaling(double Factor) : RotaryScaling;

/// <summary>
/// Llama 3.1's rule: short wavelengths are kept, long ones multiplied by the factor, those between blended smoothly.
/// </summary>
/// <param name="Factor">For wavelengths above original context / low factor.</param>
/// <param name="LowFrequencyFactor">Bounds the long wavelengths.</param>
/// <param name="HighFrequencyFactor">Bounds the short wavelengths.</param>
/// <param name="OriginalContextLength">The context before stretching.</param>
public sealed record Llama3RotaryScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextLength) : RotaryScaling;
