using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Language;

/// <summary>
/// Rotary position embedding in the layout of Hugging Face checkpoints: the first half of a head is rotated against the second
/// (transformers, models/llama/modeling_llama.py), not in interleaved pairs as in Meta's original files.
/// </summary>
internal static class RotaryTable
{
    /// <summary>Cosines and sines for some positions.</summary>
    /// <param name="config">Base, head width and scaling.</param>
    /// <param name="positions">int64 [B, L].</param>
    /// <returns>Two float32 tensors, [B, 1, L, D]; the first half of the sines negated, as <see cref="Rotate"/> takes them.</returns>
    internal static (Tensor Cosine, Tensor Sine) At(LlamaConfig config, Tensor positions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor frequencies = Frequencies(config).to(positions.device); // [D/2]
        Tensor angles = positions.to(ScalarType.Float32).unsqueeze(-1) * frequencies; // [B, L, D/2]
        Tensor cosine = angles.cos(), sine = angles.sin();
        return (cat([cosine, cosine], -1).unsqueeze(1).MoveToOuterDisposeScope(), cat([-sine, sine], -1).unsqueeze(1).MoveToOuterDisposeScope());
    }

    /// <summary>Rotates queries or keys.</summary>
    /// <param name="heads">[B, H, L, D].</param>
    /// <param name="cosine">[B, 1, L, D].</param>
    /// <param name="sine">[B, 1, L, D], its first half negated.</param>
    /// <returns>[B, H, L, D], in the element type of <paramref name="heads"/>.</returns>
    internal static Tensor Rotate(Tensor heads, Tensor cosine, Tensor sine)
    {
        // (x1, x2) becomes (x1 cos - x2 sin, x2 cos + x1 sin); with the sign in the table, halves change places and nothing else, forward and backward.
        Tensor turned = heads.roll(heads.shape[^1] / 2, -1);
        return (heads * cosine.to(heads.dtype)).Plus(turned * sine.to(heads.dtype));
    }

    /// <summary>Angles per position, float32 as in the reference: base^(-2i/D), stretched as the config says.</summary>
    private static Tensor Frequencies(LlamaConfig config)
    {
        Tensor exponents = TensorArithmetic.Range(0, config.HeadWidth, 2, ScalarType.Float32).Over(config.HeadWidth);
        Tensor frequencies = pow(config.RotaryBase, exponents).reciprocal();
        return config.Scaling switch
        {
            NoRotaryScaling => frequencies,
            LinearRotaryScaling linear => frequencies.Over(linear.Factor),
            Llama3RotaryScaling llama3 => Blend(frequencies, llama3),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Scaling, "Unknown rotary scaling."),
        };
    }

    private static Tensor Blend(Tensor frequencies, Llama3RotaryScaling scaling)
    {
        Tensor wavelengths = frequencies.reciprocal().Times(2 * Math.PI);
        Tensor smooth = wavelengths.reciprocal().Times(scaling.OriginalContextLength).Minus(scaling.LowFrequencyFactor)
            .Over(scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        Tensor share = smooth.Within(0, 1); // 0 for long wavelengths, 1 for short ones
        return (share.neg().Plus(1) * frequencies).Over(scaling.Factor).Plus(share * frequencies);
    }
}
