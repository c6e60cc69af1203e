using static TorchSharp.torch;

namespace CommSharp.Multimodal.Features;

/// <summary>Where towers get their pixels from.</summary>
internal interface IPixelSource : IDisposable
{
    /// <summary>Reads a tower's pixels.</summary>
    /// <param name="tower">Counted from 1.</param>
    /// <param name="side">The side in pixels that the model wants, or null when the tower takes any whole number of patches.</param>
    /// <returns>Normalised pixels, float32 [B, 3, H, W].</returns>
    /// <exception cref="CommSharpException">There are none, or they do not fit the tower.</exception>
    Tensor Read(int tower, int? side);
}
