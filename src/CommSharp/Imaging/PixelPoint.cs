namespace CommSharp.Imaging;

/// <summary>A point in a picture's pixels: 0 is the outer edge of the first pixel, so that pixel's centre is at 0.5.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
public readonly record struct PixelPoint(double X, double Y);
