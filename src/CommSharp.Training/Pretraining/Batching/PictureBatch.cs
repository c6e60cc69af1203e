using CommSharp.Training.Batching;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>Pictures that go through the model together.</summary>
/// <param name="Views">
/// For each group of views its pixels, 8 bits each, [views * batch, side, side, 3]: the first view of every picture, then the second of every one.
/// </param>
/// <param name="Captions">The captions; empty where the source has none.</param>
/// <param name="Labels">The classes; empty where the source has none.</param>
internal sealed record PictureBatch(IReadOnlyList<byte[]> Views, IReadOnlyList<string> Captions, IReadOnlyList<int> Labels)
{
    /// <summary>The regions as the first view of the first group shows them, in the order of their pictures; empty where the source has none.</summary>
    public IReadOnlyList<SeenRegion> Regions { get; init; } = [];
}

/// <summary>The batches of a step.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Epoch">How often all pictures were seen after it.</param>
/// <param name="Batches">The batches.</param>
/// <param name="Unreadable">Pictures that could not be used.</param>
internal sealed record PictureStep(long Step, double Epoch, IReadOnlyList<PictureBatch> Batches, IReadOnlyList<UnreadableSample> Unreadable);
