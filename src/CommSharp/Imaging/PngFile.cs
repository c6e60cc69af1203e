using CommSharp.Checkpoints;
using SkiaSharp;

namespace CommSharp.Imaging;

/// <summary>Writes pictures without loss.</summary>
public static class PngFile
{
    /// <summary>Encodes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>The bytes of a PNG file.</returns>
    /// <exception cref="CommSharpException">The encoder refuses the picture, for want of memory.</exception>
    public static byte[] Encode(RgbImage image) => SkiaBitmap.Encode(image, "PNG", pixels => pixels.Encode(SKPngEncoderOptions.Default));

    /// <summary>Writes a file, which appears under its name only when it is complete.</summary>
    /// <param name="path">The path.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="CommSharpException">The file cannot be written.</exception>
    public static void Write(string path, RgbImage image) => AtomicFile.WriteBytes(path, Encode(image));
}
