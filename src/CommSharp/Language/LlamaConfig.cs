using System.Text.Json.Serialization;
using CommSharp.Configuration;

namespace CommSharp.Language;

/// <summary>The architecture of a Llama-family decoder: Llama, Vicuna, and what keeps their layout.</summary>
public sealed record LlamaConfig
{
    /// <summary>No memory is reserved for positions that are not used, so contexts may be longer than other sizes.</summary>
    internal const int LongestContext = 1 << 28;

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

    /// <summary>Refuses numbers of which no decoder can be built.</summary>
    internal void Validate(MemberCheck check)
    {
        check.Range("vocabularySize", VocabularySize, 1, MemberCheck.LargestSize);
        check.Range("width", Width, 1, MemberCheck.LargestSize);
        check.Range("hiddenWidth", HiddenWidth, 1, MemberCheck.LargestSize);
        check.Range("depth", Depth, 1, MemberCheck.MostLayers);
        check.Range("heads", Heads, 1, MemberCheck.LargestSize);
        check.Range("keyValueHeads", KeyValueHeads, 1, Heads);
        check.That(Heads % KeyValueHeads == 0, "keyValueHeads", KeyValueHeads, $"a divisor of \"heads\", which is {Heads}");
        check.Range("headWidth", HeadWidth, 2, MemberCheck.LargestSize / Heads);
        check.That(HeadWidth % 2 == 0, "headWidth", HeadWidth, "even, since rotary positions turn pairs");
        check.Range("contextLength", ContextLength, 1, LongestContext);
        check.Positive("normEpsilon", NormEpsilon);
        check.Positive("rotaryBase", RotaryBase);
        Scaling.Validate(check.In("scaling"));
    }
}

/// <summary>How rotary wavelengths are stretched beyond the trained context.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NoRotaryScaling), "none")]
[JsonDerivedType(typeof(LinearRotaryScaling), "linear")]
[JsonDerivedType(typeof(Llama3RotaryScaling), "llama3")]
public abstract record RotaryScaling
{
    /// <summary>Refuses numbers that stretch nothing.</summary>
    internal virtual void Validate(MemberCheck check)
    {
    }
}

/// <summary>Wavelengths as trained.</summary>
public sealed record NoRotaryScaling : RotaryScaling;

/// <summary>Every wavelength times a factor.</summary>
/// <param name="Factor">At least 1.</param>
public sealed record LinearRotaryScaling(double Factor) : RotaryScaling
{
    internal override void Validate(MemberCheck check) => check.Positive("factor", Factor);
}

/// <summary>
/// Llama 3.1's rule: short wavelengths are kept, long ones multiplied by the factor, those between blended smoothly.
/// </summary>
/// <param name="Factor">For wavelengths above original context / low factor.</param>
/// <param name="LowFrequencyFactor">Bounds the long wavelengths.</param>
/// <param name="HighFrequencyFactor">Bounds the short wavelengths.</param>
/// <param name="OriginalContextLength">The context before stretching.</param>
public sealed record Llama3RotaryScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextLength) : RotaryScaling
{
    internal override void Validate(MemberCheck check)
    {
        check.Positive("factor", Factor);
        check.Positive("lowFrequencyFactor", LowFrequencyFactor);
        check.Positive("highFrequencyFactor", HighFrequencyFactor);
        check.That(HighFrequencyFactor > LowFrequencyFactor, "highFrequencyFactor", HighFrequencyFactor, $"above \"lowFrequencyFactor\", which is {LowFrequencyFactor}");
        check.Range("originalContextLength", OriginalContextLength, 1, LlamaConfig.LongestContext);
    }
}
