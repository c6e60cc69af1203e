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
    public static byte[] Encode(RgbImage image) => SkiaBitmap.Encode(image, "JPEG", pixels => pixels.Encode(new SKJpegEncoderOptions(Quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)));

    /// <summary>Writes a file, which appears under its name only when it is complete.</summary>
    /// <param name="path">The path.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="CommSharpException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image) => AtomicFile.WriteBytes(path, Encode(image));
}
