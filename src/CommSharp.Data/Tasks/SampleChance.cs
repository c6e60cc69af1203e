namespace CommSharp.Data.Tasks;

/// <summary>
/// The chance of one sample: which template it takes, whether a box or a point. The same seed and index give the same draws in the same order,
/// whichever worker draws and whenever; other indices give unrelated ones. Not for two threads at a time.
/// </summary>
public sealed class SampleChance
{
    private readonly bool _isChance;
    private ulong _state;

    /// <summary>The chance of a sample.</summary>
    /// <param name="seed">The seed of the run; another one for each epoch.</param>
    /// <param name="index">The sample's number in its data set.</param>
    public SampleChance(long seed, long index)
        : this(isChance: true, SplitMix64.Mix(SplitMix64.Mix(unchecked((ulong)seed + SplitMix64.Step)) ^ unchecked((ulong)index * SplitMix64.Step)))
    {
    }

    private SampleChance(bool isChance, ulong state) => (_isChance, _state) = (isChance, state);

    /// <summary>The chance of what several numbers name together, such as an epoch, a place in it, and what is drawn there.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="keys">The numbers; each matters, and so does their order. With one of them the same as the constructor's.</param>
    public static SampleChance Of(long seed, params ReadOnlySpan<long> keys)
    {
        ulong state = SplitMix64.Mix(unchecked((ulong)seed + SplitMix64.Step));
        foreach (long key in keys)
        {
            state = SplitMix64.Mix(state ^ unchecked((ulong)key * SplitMix64.Step));
        }

        return new SampleChance(isChance: true, state);
    }

    /// <summary>No chance at all, for evaluations: always the first, never anything that only may happen, and every order as it is.</summary>
    public static SampleChance None { get; } = new(isChance: false, 0);

    /// <summary>A number from 0 to below <paramref name="count"/>, each as likely as any other.</summary>
    /// <param name="count">At least 1.</param>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return _isChance ? (int)Math.BigMul(Next(), (ulong)count, out _) : 0;
    }

    /// <summary>Whether something happens that may.</summary>
    /// <param name="probability">How often it does: 0 never, 1 always.</param>
    public bool Happens(double probability) => probability >= 1 || (_isChance && Fraction() < probability);

    /// <summary>A number between two, each as likely as any other; the middle where there is no chance.</summary>
    /// <param name="from">The smallest.</param>
    /// <param name="to">Never reached, unless it is <paramref name="from"/>.</param>
    public double Between(double from, double to) => from + ((to - from) * (_isChance ? Fraction() : 0.5));

    /// <summary>The items in any order, each order as likely as any other.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    public IReadOnlyList<T> Shuffled<T>(IReadOnlyList<T> items)
    {
        T[] shuffled = [.. items];
        for (int i = shuffled.Length - 1; i > 0 && _isChance; i--)
        {
            int other = Below(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return shuffled;
    }

    private double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    private ulong Next() => SplitMix64.Next(ref _state);
}
