namespace CommSharp.Imaging;

/// <summary>A picture as a model sees it, and what was done to it.</summary>
/// <param name="Pixels">The model's square, in 8 bits.</param>
/// <param name="Geometry">The way between its coordinates and the picture's.</param>
public sealed record PreparedImage(RgbImage Pixels, ImageGeometry Geometry);
