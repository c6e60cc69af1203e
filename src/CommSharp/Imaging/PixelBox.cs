using System.Text.Json.Serialization;

namespace CommSharp.Imaging;

/// <summary>A box in a picture's pixels: 0 is the outer edge of the first pixel, the width the outer edge of the last one.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
public readonly record struct PixelBox(double X1, double Y1, double X2, double Y2)
{
    /// <summary>Width times height; 0 for a box whose edges are in the wrong order.</summary>
    [JsonIgnore]
    public double Area => Math.Max(0, X2 - X1) * Math.Max(0, Y2 - Y1);

    /// <summary>The part that both boxes share; its area is 0 when they share none.</summary>
    /// <param name="other">The other box.</param>
    public PixelBox Intersect(PixelBox other) =>
        new(Math.Max(X1, other.X1), Math.Max(Y1, other.Y1), Math.Min(X2, other.X2), Math.Min(Y2, other.Y2));

    /// <summary>The same box with every edge moved into a picture.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    public PixelBox ClampTo(int width, int height) =>
        new(Math.Clamp(X1, 0, width), Math.Clamp(Y1, 0, height), Math.Clamp(X2, 0, width), Math.Clamp(Y2, 0, height));
}
