namespace CommSharp.Imaging;

/// <summary>
/// Resizes pictures exactly as Pillow does, to the last bit: the towers were trained on its pixels. Rows first, rounded to 8 bits, then columns;
/// the kernel is stretched when shrinking, so that nothing aliases.
/// </summary>
public static class Resampler
{
    /// <summary>Resizes a picture; its proportions become those asked for.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">The new width.</param>
    /// <param name="height">The new height.</param>
    /// <param name="filter">How pixels are interpolated.</param>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter = ResampleFilter.Bicubic) =>
        Resize(image, width, height, new PixelWindow(0, 0, width, height), filter);

    /// <summary>Computes a part of a resized picture, and no pixel outside it.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">The width that the whole would have.</param>
    /// <param name="height">The height that the whole would have.</param>
    /// <param name="window">The part wanted.</param>
    /// <param name="filter">How pixels are interpolated.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is empty or not inside the resized picture.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, PixelWindow window, ResampleFilter filter = ResampleFilter.Bicubic)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Resize(new PaddedImage(image), width, height, window, filter);
    }

    internal static RgbImage Resize(PaddedImage image, int width, int height, PixelWindow window, ResampleFilter filter)
    {
        bool inside = window is { Left: >= 0, Top: >= 0, Width: > 0, Height: > 0 }
            && window.Left <= width - window.Width
            && window.Top <= height - window.Height;
        if (!inside)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, $"It must lie inside the resized {width} x {height} pixels.");
        }

        if (filter == ResampleFilter.Nearest)
        {
            return Nearest(image, width, height, window);
        }

        var across = FilterWeights.Make(filter, image.Width, width, window.Left, window.Width);
        var down = FilterWeights.Make(filter, image.Height, height, window.Top, window.Height);
        int firstRow = down.First(0);
        int rows = down.First(window.Height - 1) + down.Taps - firstRow;
        return ColumnPass.Run(RowPass.Run(image, across, window.Width, firstRow, rows), down, window.Height);
    }

    private static RgbImage Nearest(PaddedImage image, int width, int height, PixelWindow window)
    {
        int[] columns = Positions(image.Width, width, window.Left, window.Width);
        int[] rows = Positions(image.Height, height, window.Top, window.Height);
        byte[] pixels = new byte[window.Width * window.Height * RgbImage.Channels];
        int at = 0;
        foreach (int y in rows)
        {
            foreach (int x in columns)
            {
                (pixels[at], pixels[at + 1], pixels[at + 2]) = image.At(x, y);
                at += RgbImage.Channels;
            }
        }

        return new RgbImage(window.Width, window.Height, pixels);
    }

    /// <summary>Pillow adds up the step instead of multiplying it, and the two can round to different pixels.</summary>
    private static int[] Positions(int inputSize, int outputSize, int start, int count)
    {
        double step = (double)inputSize / outputSize;
        double position = step * 0.5;
        int[] positions = new int[count];
        for (int i = 0; i < start + count; i++, position += step)
        {
            if (i >= start)
            {
                positions[i - start] = Math.Min((int)position, inputSize - 1);
            }
        }

        return positions;
    }
}
