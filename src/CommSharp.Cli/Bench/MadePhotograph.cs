using SkiaSharp;

namespace CommSharp.Cli.Bench;

/// <summary>Smooth colours with grain, which compress about as a photograph does.</summary>
internal static class MadePhotograph
{
    /// <summary>A JPEG.</summary>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="seed">Decides the grain.</param>
    public static byte[] Jpeg(int width, int height, int seed)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        var random = new Random(seed);
        for (int i = 0; i < pixels.Length; i += 4)
        {
            int x = i / 4 % width, y = i / 4 / width, grain = random.Next(24);
            pixels[i] = (byte)((x * 200 / width) + grain);
            pixels[i + 1] = (byte)((y * 200 / height) + grain);
            pixels[i + 2] = (byte)(((x + y) * 200 / (width + height)) + grain);
            pixels[i + 3] = 255;
        }

        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }
}
