using CommSharp.Data.Tasks;
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

    /// <summary>A window anywhere in a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="share">The share of its area.</param>
    /// <param name="stretch">Its width over its height, seen from the picture's.</param>
    /// <param name="chance">Where it is.</param>
    public static PixelWindow DrawWindow(RgbImage picture, double share, double stretch, SampleChance chance)
    {
        int width = Math.Clamp((int)Math.Round(picture.Width * Math.Sqrt(share * stretch)), 1, picture.Width);
        int height = Math.Clamp((int)Math.Round(picture.Height * Math.Sqrt(share / stretch)), 1, picture.Height);
        return new PixelWindow(chance.Below(picture.Width - width + 1), chance.Below(picture.Height - height + 1), width, height);
    }

    /// <summary>Each pixel the mean of its square of neighbours, twice, which comes near a Gaussian; edges are continued.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="radius">Neighbours on each side.</param>
    public static RgbImage Blur(RgbImage picture, int radius)
    {
        byte[] pixels = picture.Pixels.ToArray();
        for (int pass = 0; pass < 2; pass++)
        {
            pixels = BoxMeans(pixels, picture.Height, picture.Width * Channels, Channels, picture.Width, radius);
            pixels = BoxMeans(pixels, picture.Width, Channels, picture.Width * Channels, picture.Height, radius);
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
    }

    /// <summary>Inverts every value from a threshold on.</summary>
    public static RgbImage Solarize(RgbImage picture, byte threshold)
    {
        byte[] pixels = picture.Pixels.ToArray();
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = pixels[i] < threshold ? pixels[i] : (byte)(byte.MaxValue - pixels[i]);
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
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

    /// <summary>Running means along lines of a picture: rows or columns, as the strides say.</summary>
    private static byte[] BoxMeans(byte[] from, int lines, int lineStride, int stride, int length, int radius)
    {
        byte[] to = new byte[from.Length];
        int taps = (2 * radius) + 1;
        for (int line = 0; line < lines; line++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                int start = (line * lineStride) + channel, sum = 0;
                for (int i = -radius; i <= radius; i++)
                {
                    sum += from[start + (Math.Clamp(i, 0, length - 1) * stride)];
                }

                for (int i = 0; i < length; i++)
                {
                    to[start + (i * stride)] = (byte)((sum + radius) / taps);
                    sum += from[start + (Math.Min(i + radius + 1, length - 1) * stride)] - from[start + (Math.Max(i - radius, 0) * stride)];
                }
            }
        }

        return to;
    }
}
