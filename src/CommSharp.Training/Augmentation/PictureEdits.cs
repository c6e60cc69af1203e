using CommSharp.Imaging;

namespace CommSharp.Training.Augmentation;

/// <summary>Changes of pictures, each into a picture of its own.</summary>
internal static class PictureEdits
{
    private const int Channels = 3;

    /// <summary>The picture in a mirror.</summary>
    public static RgbImage Mirror(RgbImage picture)
    {
        byte[] pixels = new byte[picture.Pixels.Length];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> from = picture.Row(y);
            Span<byte> to = pixels.AsSpan(y * from.Length, from.Length);
            for (int x = 0; x < from.Length; x += Channels)
            {
                from.Slice(x, Channels).CopyTo(to[(from.Length - Channels - x)..]);
            }
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
    }

    /// <summary>A part of the picture.</summary>
    public static RgbImage Crop(RgbImage picture, PixelWindow window)
    {
        int bytes = window.Width * Channels;
        byte[] pixels = new byte[bytes * window.Height];
        for (int y = 0; y < window.Height; y++)
        {
            picture.Row(window.Top + y).Slice(window.Left * Channels, bytes).CopyTo(pixels.AsSpan(y * bytes));
        }

        return new RgbImage(window.Width, window.Height, pixels);
    }

    /// <summary>
    /// Other colours: brightness times a factor, then each pixel moved away from or towards the picture's mean gray, then from or towards its own
    /// gray, as Pillow's ImageEnhance and torchvision's ColorJitter do it, but without rounding between. Gray is ITU-R 601-2's luma.
    /// </summary>
    public static RgbImage Recolor(RgbImage picture, double brightness, double contrast, double saturation)
    {
        ReadOnlySpan<byte> from = picture.Pixels;
        double sum = 0;
        for (int i = 0; i < from.Length; i += Channels)
        {
            sum += Gray(from[i], from[i + 1], from[i + 2]);
        }

        double mean = brightness * sum / (from.Length / Channels), scale = brightness * contrast, shift = mean * (1 - contrast);
        byte[] pixels = new byte[from.Length];
        for (int i = 0; i < from.Length; i += Channels)
        {
            double red = (from[i] * scale) + shift, green = (from[i + 1] * scale) + shift, blue = (from[i + 2] * scale) + shift;
            double gray = Gray(red, green, blue) * (1 - saturation);
            pixels[i] = Round(gray + (red * saturation));
            pixels[i + 1] = Round(gray + (green * saturation));
            pixels[i + 2] = Round(gray + (blue * saturation));
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
    }

    private static double Gray(double red, double green, double blue) => (0.299 * red) + (0.587 * green) + (0.114 * blue);

    private static byte Round(double value) => (byte)Math.Round(Math.Clamp(value, 0, 255));
}
