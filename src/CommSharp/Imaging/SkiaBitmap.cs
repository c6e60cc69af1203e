using SkiaSharp;

namespace CommSharp.Imaging;

/// <summary>Between our pictures and those that Skia draws on.</summary>
internal static class SkiaBitmap
{
    private const int SkiaChannels = 4;

    internal static SKBitmap From(RgbImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> to = bitmap.GetPixelSpan();
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Row(y);
            Span<byte> target = to.Slice(y * bitmap.RowBytes, image.Width * SkiaChannels);
            for (int x = 0; x < image.Width; x++)
            {
                row.Slice(x * RgbImage.Channels, RgbImage.Channels).CopyTo(target[(x * SkiaChannels)..]);
                target[(x * SkiaChannels) + 3] = byte.MaxValue;
            }
        }

        return bitmap;
    }

    /// <summary>The bytes of a picture's file.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="format">The format's name, for people.</param>
    /// <param name="encode">Encodes; null where the encoder refuses.</param>
    /// <exception cref="CommSharpException">The encoder refuses the picture, for want of memory.</exception>
    internal static byte[] Encode(RgbImage image, string format, Func<SKPixmap, SKData?> encode)
    {
        ArgumentNullException.ThrowIfNull(image);
        using SKBitmap bitmap = From(image);
        using SKPixmap pixmap = bitmap.PeekPixels();
        using SKData? data = encode(pixmap);
        return data?.ToArray() ?? throw new CommSharpException($"A picture of {image.Width} x {image.Height} pixels cannot be encoded as {format}.");
    }

    internal static RgbImage ToImage(SKBitmap bitmap)
    {
        ReadOnlySpan<byte> from = bitmap.GetPixelSpan();
        byte[] pixels = new byte[bitmap.Width * bitmap.Height * RgbImage.Channels];
        int rowBytes = bitmap.Width * RgbImage.Channels;
        for (int y = 0; y < bitmap.Height; y++)
        {
            Decoding.PixelPackings.DropAlpha(from.Slice(y * bitmap.RowBytes, bitmap.Width * SkiaChannels), pixels.AsSpan(y * rowBytes, rowBytes));
        }

        return new RgbImage(bitmap.Width, bitmap.Height, pixels);
    }
}
