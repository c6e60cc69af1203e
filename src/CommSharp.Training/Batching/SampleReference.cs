using CommSharp.Data.Tasks;

namespace CommSharp.Training.Batching;

/// <summary>A sample of a mixture, by its data set and its number there.</summary>
/// <param name="Dataset">The data set's number in <see cref="SampleSet.Datasets"/>.</param>
/// <param name="Number">The sample's number in it.</param>
public readonly record struct SampleReference(int Dataset, int Number);

/// <summary>A place in the order of a training.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Place">The place in it, from 0.</param>
/// <param name="Sample">What stands there.</param>
public readonly record struct SamplePlace(long Epoch, long Place, SampleReference Sample);

/// <summary>
/// What a chance is drawn for, so that two draws at one place have nothing to do with each other. The numbers decide the draws: they never change.
/// </summary>
internal enum Draw
{
    /// <summary>The share of a part's samples that an epoch takes.</summary>
    Share = 0,

    /// <summary>Which samples of a part are interleaved.</summary>
    Interleave = 1,

    /// <summary>The order of an epoch.</summary>
    Order = 2,

    /// <summary>The order of batches of samples of like length.</summary>
    Batches = 3,

    /// <summary>A sample's wording and augmentation.</summary>
    Sample = 4,

    /// <summary>Which sample takes the place of one that cannot be used.</summary>
    Replacement = 5,

    /// <summary>Which sample leads the conversation about a picture.</summary>
    Lead = 6,
}

/// <summary>Chances by purpose.</summary>
internal static class Draws
{
    /// <summary>The chance of a purpose.</summary>
    public static SampleChance Chance(this Draw draw, long seed, long epoch, long place, long more = 0) =>
        SampleChance.Of(seed, (long)draw, epoch, place, more);
}
