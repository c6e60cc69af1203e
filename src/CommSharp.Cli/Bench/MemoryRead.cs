using System.Numerics;

namespace CommSharp.Cli.Bench;

/// <summary>Reads memory on every core and does next to nothing with it.</summary>
internal static class MemoryRead
{
    public static float Sum(float[] memory)
    {
        int parts = Environment.ProcessorCount * 4;
        float[] sums = new float[parts];
        Parallel.For(0, parts, part =>
        {
            long start = memory.LongLength * part / parts, end = memory.LongLength * (part + 1) / parts;
            sums[part] = SumOf(memory.AsSpan((int)start, (int)(end - start)));
        });
        return sums.Sum();
    }

    /// <summary>Four sums side by side, so that additions do not wait for each other.</summary>
    private static float SumOf(ReadOnlySpan<float> memory)
    {
        ReadOnlySpan<Vector<float>> vectors = System.Runtime.InteropServices.MemoryMarshal.Cast<float, Vector<float>>(memory);
        Vector<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i + 4 <= vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }
}
