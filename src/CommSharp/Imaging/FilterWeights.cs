namespace CommSharp.Imaging;

/// <summary>
/// What each output pixel of one axis takes from the input, as Pillow computes it (src/libImaging/Resample.c): the kernel is stretched when
/// shrinking, its weights are normalised to 1 and rounded to fixed point.
/// </summary>
internal sealed class FilterWeights
{
    /// <summary>Bits after the point: 32, less 8 for the pixel and 2 for the overshoot of a kernel with negative lobes.</summary>
    internal const int FractionBits = 32 - 8 - 2;

    private readonly int[] _first;
    private readonly int[] _values;

    private FilterWeights(int[] first, int[] values, int taps)
    {
        _first = first;
        _values = values;
        Taps = taps;
    }

    /// <summary>The number of weights that is kept for each output pixel; those that it does not use are 0.</summary>
    internal int Taps { get; }

    /// <summary>The input pixel that the first weight of an output pixel belongs to.</summary>
    internal int First(int output) => _first[output];

    internal ReadOnlySpan<int> Of(int output) => _values.AsSpan(output * Taps, Taps);

    /// <summary>The weights of a stretch of the output.</summary>
    /// <param name="filter">Any but the nearest neighbour.</param>
    /// <param name="inputSize">The length of the axis before.</param>
    /// <param name="outputSize">The length of the whole axis after.</param>
    /// <param name="start">The first output pixel wanted.</param>
    /// <param name="count">How many are wanted.</param>
    internal static FilterWeights Make(ResampleFilter filter, int inputSize, int outputSize, int start, int count)
    {
        (double reach, Func<double, double> kernel) = Kernel(filter);
        double scale = (double)inputSize / outputSize;
        double stretch = Math.Max(scale, 1.0);
        double support = reach * stretch;
        int taps = Math.Min(((int)Math.Ceiling(support) * 2) + 1, inputSize);
        int[] first = new int[count];
        int[] values = new int[checked(count * taps)];
        double[] weights = new double[taps];
        for (int i = 0; i < count; i++)
        {
            double center = (start + i + 0.5) * scale;
            int from = Math.Max((int)(center - support + 0.5), 0);
            int used = Math.Min((int)(center + support + 0.5), inputSize) - from;
            double sum = 0;
            for (int tap = 0; tap < used; tap++)
            {
                weights[tap] = kernel((tap + from - center + 0.5) * (1.0 / stretch));
                sum += weights[tap];
            }

            // Never a weight beyond the axis: a kernel cut off at its end starts earlier instead.
            first[i] = Math.Min(from, inputSize - taps);
            Span<int> target = values.AsSpan((i * taps) + from - first[i], used);
            for (int tap = 0; tap < used; tap++)
            {
                target[tap] = Fixed(sum != 0 ? weights[tap] / sum : weights[tap]);
            }
        }

        return new FilterWeights(first, values, taps);
    }

    private static int Fixed(double weight) => (int)((weight * (1 << FractionBits)) + (weight < 0 ? -0.5 : 0.5));

    private static (double Reach, Func<double, double> Kernel) Kernel(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Bicubic => (2, Cubic),
        ResampleFilter.Bilinear => (1, x => Math.Max(1 - Math.Abs(x), 0)),
        ResampleFilter.Lanczos => (3, x => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0),
        ResampleFilter.Box => (0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0),
        ResampleFilter.Hamming => (1, Hamming),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "This filter has no kernel."),
    };

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((((a + 2) * x) - (a + 3)) * x * x) + 1,
            < 2 => (((((x - 5) * x) + 8) * x) - 4) * a,
            _ => 0,
        };
    }

    private static double Hamming(double x)
    {
        x = Math.Abs(x);
        return x switch
        {
            0 => 1,
            >= 1 => 0,
            _ => Math.Sin(x * Math.PI) / (x * Math.PI) * (0.54f + (0.46f * Math.Cos(x * Math.PI))),
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
