namespace CommSharp.Imaging;

/// <summary>
/// A picture on a larger ground of one colour, which is never stored: a strip of 1 x 30 000 pixels on its square would take 2.7 GB.
/// </summary>
/// <param name="Image">The picture.</param>
/// <param name="Left">Columns before it.</param>
/// <param name="Top">Rows above it.</param>
/// <param name="Width">The width of the whole.</param>
/// <param name="Height">The height of the whole.</param>
/// <param name="Fill">The ground.</param>
internal sealed record PaddedImage(RgbImage Image, int Left, int Top, int Width, int Height, RgbColor Fill)
{
    internal PaddedImage(RgbImage image)
        : this(image, 0, 0, image.Width, image.Height, RgbColor.Black)
    {
    }

    /// <summary>Whether a row is ground from end to end.</summary>
    internal bool IsBlank(int row) => row < Top || row >= Top + Image.Height;

    internal RgbColor At(int x, int y) =>
        IsBlank(y) || x < Left || x >= Left + Image.Width ? Fill : Image[x - Left, y - Top];
}
