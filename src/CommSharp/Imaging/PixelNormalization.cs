using CommSharp.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Imaging;

/// <summary>The mean and deviation, per colour, that a tower's pixels are brought to.</summary>
/// <param name="Mean">Of red, green and blue, in 0..1.</param>
/// <param name="Deviation">Of red, green and blue, in 0..1.</param>
public sealed record PixelNormalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation)
{
    /// <summary>OpenAI CLIP's.</summary>
    public static PixelNormalization Clip { get; } = new([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]);

    /// <summary>ImageNet's, used by DINOv2, MAE and DeiT.</summary>
    public static PixelNormalization ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>One half each, used by Google's ViT.</summary>
    public static PixelNormalization Half { get; } = new([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);

    /// <summary>Normalises pixels.</summary>
    /// <param name="rgb">[B, 3, H, W], in 0..1.</param>
    /// <returns>[B, 3, H, W].</returns>
    public Tensor Apply(Tensor rgb)
    {
        using DisposeScope scope = NewDisposeScope();
        return ((rgb - Channels(Mean, rgb)) / Channels(Deviation, rgb)).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses anything but three numbers each, and deviations that cannot be divided by.</summary>
    internal void Validate(MemberCheck check)
    {
        check.That(Mean.Count == 3 && Mean.All(double.IsFinite), "mean", Show(Mean), "three numbers");
        check.That(Deviation.Count == 3 && Deviation.All(value => value > 0 && double.IsFinite(value)), "deviation", Show(Deviation), "three positive numbers");
    }

    /// <summary>Equal when all six numbers are.</summary>
    public bool Equals(PixelNormalization? other) => other is not null && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Mean[1], Mean[2], Deviation[0], Deviation[1], Deviation[2]);

    private static string Show(IReadOnlyList<double> values) => $"[{string.Join(", ", values.Take(4))}{(values.Count > 4 ? ", …" : "")}]";

    private static Tensor Channels(IReadOnlyList<double> values, Tensor like) =>
        tensor(values.ToArray(), [1, 3, 1, 1], like.dtype, like.device);
}
