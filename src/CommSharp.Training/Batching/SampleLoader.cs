using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>A prepared sample, and those that could not be used in its place.</summary>
internal sealed record LoadedSample(PreparedSample? Sample, IReadOnlyList<UnreadableSample> Unreadable);

/// <summary>
/// Reads and prepares the samples of a training. What stands at a place is a function of seed, epoch and place alone, so that it does not matter who
/// asks for it and when.
/// </summary>
internal sealed class SampleLoader(SampleSet samples, SamplePreparer preparer, AugmentationSettings? augmentation, long seed)
{
    /// <summary>How many samples are tried for one place, before it is certain that something is wrong with all of them.</summary>
    private const int MostTries = 64;

    /// <summary>The sample of a place: the one that stands there, or the first of its replacements that can be used.</summary>
    /// <param name="place">The place.</param>
    /// <param name="order">The samples of its epoch, of which one is taken for one that cannot be used.</param>
    /// <returns>Without a sample when none of many could be used.</returns>
    public LoadedSample Load(SamplePlace place, IReadOnlyList<SampleReference> order)
    {
        var unreadable = new List<UnreadableSample>();
        SampleReference reference = place.Sample;
        for (int attempt = 1; attempt <= MostTries; attempt++)
        {
            SampleChance chance = Draw.Sample.Chance(seed, place.Epoch, place.Place, attempt);
            if (TryPrepare(reference, chance, unreadable) is { } prepared)
            {
                return new LoadedSample(prepared, unreadable);
            }

            reference = order[Draw.Replacement.Chance(seed, place.Epoch, place.Place, attempt).Below(order.Count)];
        }

        return new LoadedSample(null, unreadable);
    }

    private PreparedSample? TryPrepare(SampleReference reference, SampleChance chance, List<UnreadableSample> unreadable)
    {
        Dataset dataset = samples.Datasets[reference.Dataset];
        string what = dataset.RecordOf(reference.Number).Place.ToString();
        try
        {
            TaskSample sample = samples.Make(reference, chance);
            RgbImage? picture = null;
            if (sample.Picture is { } name)
            {
                string record = what;
                what = Path.Combine(dataset.Pictures.Path, name);
                picture = samples.ReadPicture(reference, sample);
                what = record;
            }

            return preparer.Prepare(sample, picture, dataset.Task.IsPlain, augmentation, chance);
        }
        catch (CommSharpException error)
        {
            unreadable.Add(new UnreadableSample(what, error.Message));
            return null;
        }
    }
}
