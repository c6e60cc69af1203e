using static TorchSharp.torch;

namespace CommSharp.Imaging;

/// <summary>
/// A picture of 8 bits per colour: rows from the top, in a row red, green and blue of each pixel from the left, nothing between rows.
/// </summary>
public sealed class RgbImage
{
    /// <summary>Bytes per pixel.</summary>
    internal const int Channels = 3;

    private readonly byte[] _pixels;

    /// <summary>Makes a picture of pixels that it owns from now on.</summary>
    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    /// <param name="pixels">3 x width x height bytes.</param>
    /// <exception cref="ArgumentException">Another number of bytes, or an empty picture.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        long bytes = (long)width * height * Channels;
        if (pixels.LongLength != bytes)
        {
            throw new ArgumentException($"A picture of {width} x {height} pixels takes {bytes} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>All pixels.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>One pixel.</summary>
    /// <param name="x">The column.</param>
    /// <param name="y">The row.</param>
    public RgbColor this[int x, int y]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(x);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(x, Width);
            ReadOnlySpan<byte> pixel = Row(y).Slice(x * Channels, Channels);
            return new RgbColor(pixel[0], pixel[1], pixel[2]);
        }
    }

    /// <summary>One row of pixels.</summary>
    /// <param name="y">The row.</param>
    public ReadOnlySpan<byte> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return _pixels.AsSpan(y * Width * Channels, Width * Channels);
    }

    /// <summary>The picture as a model takes it.</summary>
    /// <returns>[1, 3, H, W] of float32 in 0..1; belongs to the caller.</returns>
    public Tensor ToTensor()
    {
        int plane = Width * Height;
        float[] values = new float[plane * Channels];
        for (int i = 0, from = 0; i < plane; i++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                values[(channel * plane) + i] = _pixels[from++] / 255f;
            }
        }

        return tensor(values, [1, Channels, Height, Width]);
    }
}
