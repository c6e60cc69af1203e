using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CommSharp.Imaging;

/// <summary>The first half of resampling, and nearly all of its work: every row becomes as long as the output's.</summary>
internal static class RowPass
{
    private const int Lanes = 4; // red, green, blue and one that is not used

    /// <summary>Shortens or lengthens the rows that the second half will read.</summary>
    /// <param name="image">The padded picture.</param>
    /// <param name="weights">Of the columns that are wanted.</param>
    /// <param name="width">How many those are.</param>
    /// <param name="firstRow">The first row that is read, padding included.</param>
    /// <param name="rows">How many are read.</param>
    internal static ReducedRows Run(PaddedImage image, FilterWeights weights, int width, int firstRow, int rows)
    {
        int first = Math.Clamp(firstRow, image.Top, image.Top + image.Image.Height);
        int count = Math.Clamp(firstRow + rows, image.Top, image.Top + image.Image.Height) - first;
        int rowBytes = width * RgbImage.Channels;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked((count + 1) * rowBytes));
        int[] spread = Spread(weights, width);
        Parallel.For(
            0,
            count + 1,
            () => BlankRow(image),
            (row, _, buffer) =>
            {
                if (row < count)
                {
                    Widen(image.Image.Row(first + row - image.Top), buffer.AsSpan(image.Left * Lanes));
                    Reduce(buffer, weights, spread, pixels.AsSpan(row * rowBytes, rowBytes));
                }
                else
                {
                    Reduce(BlankRow(image), weights, spread, pixels.AsSpan(row * rowBytes, rowBytes));
                }

                return buffer;
            },
            _ => { });
        return new ReducedRows(pixels, width, first, count);
    }

    /// <summary>Every weight four times over, once for each lane, and an even number of them: two pixels are multiplied at once.</summary>
    private static int[] Spread(FilterWeights weights, int width)
    {
        int taps = weights.Taps + (weights.Taps & 1);
        int[] spread = new int[checked(width * taps * Lanes)];
        for (int x = 0; x < width; x++)
        {
            ReadOnlySpan<int> values = weights.Of(x);
            for (int tap = 0; tap < values.Length; tap++)
            {
                spread.AsSpan(((x * taps) + tap) * Lanes, Lanes).Fill(values[tap]);
            }
        }

        return spread;
    }

    /// <summary>A row of padding, four numbers a pixel, with a pixel to spare for the even number of weights.</summary>
    private static int[] BlankRow(PaddedImage image)
    {
        int[] row = new int[(image.Width + 1) * Lanes];
        for (int i = 0; i < image.Width * Lanes; i += Lanes)
        {
            (row[i], row[i + 1], row[i + 2]) = (image.Fill.Red, image.Fill.Green, image.Fill.Blue);
        }

        return row;
    }

    /// <summary>From 3 bytes a pixel to 4 numbers a pixel.</summary>
    private static void Widen(ReadOnlySpan<byte> row, Span<int> target)
    {
        Vector128<byte> fourPixels = Vector128.Create((byte)0, 1, 2, 0xff, 3, 4, 5, 0xff, 6, 7, 8, 0xff, 9, 10, 11, 0xff);
        int pixel = 0;
        int pixels = row.Length / RgbImage.Channels;
        for (; (pixel * RgbImage.Channels) + Vector128<byte>.Count <= row.Length; pixel += 4)
        {
            Vector128<byte> four = Vector128.Shuffle(Vector128.Create(row.Slice(pixel * RgbImage.Channels, Vector128<byte>.Count)), fourPixels);
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(four);
            Span<int> place = target.Slice(pixel * Lanes, 4 * Lanes);
            Vector256.WidenLower(low.ToVector256Unsafe()).AsInt32().CopyTo(place);
            Vector256.WidenLower(high.ToVector256Unsafe()).AsInt32().CopyTo(place[(2 * Lanes)..]);
        }

        for (; pixel < pixels; pixel++)
        {
            ReadOnlySpan<byte> from = row.Slice(pixel * RgbImage.Channels, RgbImage.Channels);
            (target[pixel * Lanes], target[(pixel * Lanes) + 1], target[(pixel * Lanes) + 2]) = (from[0], from[1], from[2]);
        }
    }

    private static void Reduce(int[] row, FilterWeights weights, int[] spread, Span<byte> target)
    {
        int taps = weights.Taps + (weights.Taps & 1);
        Vector128<int> half = Vector128.Create(1 << (FilterWeights.FractionBits - 1));
        for (int x = 0; x * RgbImage.Channels < target.Length; x++)
        {
            ReadOnlySpan<Vector256<int>> pairs = MemoryMarshal.Cast<int, Vector256<int>>(row.AsSpan(weights.First(x) * Lanes, taps * Lanes));
            ReadOnlySpan<Vector256<int>> pairWeights = MemoryMarshal.Cast<int, Vector256<int>>(spread.AsSpan(x * taps * Lanes, taps * Lanes));
            Vector256<int> sum = Vector256<int>.Zero;
            for (int i = 0; i < pairs.Length && i < pairWeights.Length; i++)
            {
                sum += pairs[i] * pairWeights[i];
            }

            Vector128<int> level = (sum.GetLower() + sum.GetUpper() + half) >> FilterWeights.FractionBits;
            level = Vector128.Min(Vector128.Max(level, Vector128<int>.Zero), Vector128.Create((int)byte.MaxValue));
            Span<byte> pixel = target.Slice(x * RgbImage.Channels, RgbImage.Channels);
            (pixel[0], pixel[1], pixel[2]) = ((byte)level[0], (byte)level[1], (byte)level[2]);
        }
    }
}
