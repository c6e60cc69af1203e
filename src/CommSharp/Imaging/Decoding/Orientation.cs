using SkiaSharp;

namespace CommSharp.Imaging.Decoding;

/// <summary>Turns a stored picture so that it stands upright.</summary>
internal static class Orientation
{
    private const int Tile = 32; // of 32 x 32 pixels: both the rows read and the rows written stay in the cache

    /// <summary>Whether what is stored as a row stands upright as a column.</summary>
    internal static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    internal static RgbImage Apply(RgbImage stored, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            return stored;
        }

        bool swaps = SwapsSides(origin);
        int width = swaps ? stored.Height : stored.Width;
        int height = swaps ? stored.Width : stored.Height;
        (int start, int stepX, int stepY) = Walk(origin, stored.Width, stored.Height);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(stored.Pixels.Length);
        Parallel.For(0, (height + Tile - 1) / Tile, band =>
        {
            ReadOnlySpan<byte> source = stored.Pixels;
            for (int left = 0; left < width; left += Tile)
            {
                for (int y = band * Tile; y < Math.Min((band + 1) * Tile, height); y++)
                {
                    for (int x = left; x < Math.Min(left + Tile, width); x++)
                    {
                        int from = (start + (x * stepX) + (y * stepY)) * RgbImage.Channels;
                        int to = ((y * width) + x) * RgbImage.Channels;
                        pixels[to] = source[from];
                        pixels[to + 1] = source[from + 1];
                        pixels[to + 2] = source[from + 2];
                    }
                }
            }
        });
        return new RgbImage(width, height, pixels);
    }

    /// <summary>The stored pixel that the upright picture begins with, and how far apart the stored pixels of its columns and rows are.</summary>
    private static (int Start, int StepX, int StepY) Walk(SKEncodedOrigin origin, int width, int height)
    {
        int last = width * (height - 1);
        return origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (last + width - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => (last, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (last, -width, 1),
            SKEncodedOrigin.RightBottom => (last + width - 1, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
    }
}
