using System.Runtime.Intrinsics;

namespace CommSharp.Imaging;

/// <summary>The second half of resampling: rows of the right length become the right number of rows.</summary>
internal static class ColumnPass
{
    private const int HalfUnit = 1 << (FilterWeights.FractionBits - 1);

    /// <summary>Computes every row of the output.</summary>
    /// <param name="rows">The first half's result.</param>
    /// <param name="weights">Of the output's rows.</param>
    /// <param name="height">The number of the output's rows.</param>
    internal static RgbImage Run(ReducedRows rows, FilterWeights weights, int height)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(rows.RowBytes * height));
        Parallel.For(0, height, y => Reduce(rows, weights.First(y), weights.Of(y), pixels.AsSpan(y * rows.RowBytes, rows.RowBytes)));
        return new RgbImage(rows.Width, height, pixels);
    }

    private static void Reduce(ReducedRows rows, int first, ReadOnlySpan<int> weights, Span<byte> target)
    {
        int column = 0;
        for (; column + Vector128<byte>.Count <= target.Length; column += Vector128<byte>.Count)
        {
            Vector256<int> left = Vector256.Create(HalfUnit), right = left;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                Vector128<byte> levels = Vector128.Create(rows.Pixels.AsSpan(rows.Offset(first + tap) + column, Vector128<byte>.Count));
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.WidenLower(levels.ToVector256Unsafe()));
                left += low.AsInt32() * weights[tap];
                right += high.AsInt32() * weights[tap];
            }

            Vector256<short> both = Vector256.Narrow(Level(left), Level(right));
            Vector128.Narrow(both.GetLower().AsUInt16(), both.GetUpper().AsUInt16()).CopyTo(target[column..]);
        }

        for (; column < target.Length; column++)
        {
            int sum = HalfUnit;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                sum += rows.Pixels[rows.Offset(first + tap) + column] * weights[tap];
            }

            target[column] = (byte)Math.Clamp(sum >> FilterWeights.FractionBits, 0, byte.MaxValue);
        }
    }

    private static Vector256<int> Level(Vector256<int> sum) =>
        Vector256.Min(Vector256.Max(sum >> FilterWeights.FractionBits, Vector256<int>.Zero), Vector256.Create((int)byte.MaxValue));
}
