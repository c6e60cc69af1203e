namespace CommSharp.Imaging;

/// <summary>
/// What is left of a padded picture after its rows are resampled: those of the picture itself, one blank row that stands for every row of padding,
/// and where in the padded picture they belong.
/// </summary>
/// <param name="Pixels">The rows, 3 x width bytes each, and the blank one after them.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="First">The padded picture's row that the first row is.</param>
/// <param name="Count">The number of rows without the blank one.</param>
internal sealed record ReducedRows(byte[] Pixels, int Width, int First, int Count)
{
    internal int RowBytes => Width * RgbImage.Channels;

    /// <summary>Where a row of the padded picture begins.</summary>
    internal int Offset(int row) => (row >= First && row < First + Count ? row - First : Count) * RowBytes;
}
