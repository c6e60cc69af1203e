namespace CommSharp.Imaging;

/// <summary>How large a picture is, in pixels.</summary>
/// <param name="Width">Its width, at least 1.</param>
/// <param name="Height">Its height, at least 1.</param>
public readonly record struct PictureSize(int Width, int Height)
{
    /// <summary>The size of a picture.</summary>
    public static PictureSize Of(RgbImage image) => new(image.Width, image.Height);

    /// <summary>As people write it: "640 x 480".</summary>
    public override string ToString() => $"{Width} x {Height}";
}
