using CommSharp.Checkpoints;
using SkiaSharp;

namespace CommSharp.Imaging;

/// <summary>Writes pictures as JPEG, with full resolution of colours, for data sets whose files are named so.</summary>
public static class JpegFile
{
    /// <summary>The quality that is written: differences are hard to see.</summary>
    public const int Quality = 96;

    /// <summary>Encodes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    /// <exception cref="CommSharpException">The encoder refuses the picture, for want of memory.</exception>
    public static byte[] Encode(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using SKBitmap bitmap = SkiaBitmap.From(image);
        using SKPixmap pixmap = bitmap.PeekPixels();
        using SKData? data = pixmap.Encode(new SKJpegEncoderOptions(Quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore));
        return data?.ToArray() ?? throw new CommSharpException($"A picture of {image.Width} x {image.Height} pixels cannot be encoded as JPEG.");
    }

    /// <summary>Writes a file, which appears under its name only when it is complete.</summary>
    /// <param name="path">The path.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="CommSharpException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = Encode(image);
        using var file = new AtomicFile(path);
        file.Write(bytes);
        file.Commit();
    }
}
