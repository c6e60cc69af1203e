using CommSharp.Data.Tasks;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>
/// The order of an epoch without a list of it: a Feistel network over the next power of 4, walked along until it lands within the count (Black and Rogaway
/// 2002). A rendered world has as many pictures as there are seeds, which no array could hold.
/// </summary>
internal sealed class EpochOrder
{
    private const int Rounds = 6;

    private readonly long[] _keys;
    private readonly long _count;
    private readonly int _halfBits;

    /// <summary>The order of an epoch.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="count">How many pictures there are; at least 1.</param>
    public EpochOrder(long seed, long epoch, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
        _halfBits = 1;
        while (_halfBits < 31 && 1L << (2 * _halfBits) < count)
        {
            _halfBits++;
        }

        var chance = SampleChance.Of(seed, epoch, count);
        _keys = [.. Enumerable.Range(0, Rounds).Select(_ => (long)chance.Below(int.MaxValue))];
    }

    /// <summary>Which picture stands at a place.</summary>
    /// <param name="place">The place, from 0 to below the count.</param>
    public long At(long place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, _count);
        long value = place;
        do
        {
            value = Permute(value);
        }
        while (value >= _count);

        return value;
    }

    private long Permute(long value)
    {
        long mask = (1L << _halfBits) - 1, left = value >> _halfBits, right = value & mask;
        foreach (long key in _keys)
        {
            (left, right) = (right, left ^ (SampleChance.Of(key, right).Below(int.MaxValue) & mask));
        }

        return (left << _halfBits) | right;
    }
}
