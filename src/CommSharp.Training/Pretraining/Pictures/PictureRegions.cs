using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>
/// The regions of pictures, by the pictures' files. Phrases are the records' own words, without the questions that tasks make of them.
/// </summary>
internal sealed class PictureRegions
{
    private static readonly string[] Tasks = ["reg", "gc"]; // those whose records are one box and its words

    private readonly Dictionary<string, List<PictureRegion>> _regions = new(StringComparer.Ordinal);
    private readonly int _most;

    /// <summary>Reads them.</summary>
    /// <param name="mixture">Data sets whose records are a box and its words.</param>
    /// <param name="most">The most regions of a picture at a time.</param>
    /// <param name="baseFolder">What paths are relative to.</param>
    /// <param name="asker">Where the mixture stands, for errors.</param>
    /// <exception cref="DataException">There is nothing that could be read, a data set has another task, or a record's picture cannot be a file.</exception>
    public PictureRegions(DataMixture mixture, int most, string baseFolder, DataPlace asker)
    {
        _most = most;
        using var samples = SampleSet.Open(mixture, baseFolder, asker);
        if (samples.Datasets.FirstOrDefault(dataset => !Tasks.Contains(dataset.Task.Name)) is { } other)
        {
            throw new DataException(
                asker, $"{other.Name} has the task {other.Task.Name}; only data sets of the tasks {string.Join(" and ", Tasks)} have a box and words for it");
        }

        foreach (SampleReference reference in samples.Spread(int.MaxValue).Distinct())
        {
            Dataset dataset = samples.Datasets[reference.Dataset];
            IDataRecord record = dataset.RecordOf(reference.Number);
            string? file = dataset.FileOf(reference.Number);
            if (file is null && record.Picture is { } picture)
            {
                throw new DataException(record.Place, $"names the picture {Printable.Name(picture)}, which is no name of a file");
            }

            if (file is not null && record.Boxes.First() is { Label: { } phrase, Box: var box })
            {
                List<PictureRegion> known = _regions.TryGetValue(file, out List<PictureRegion>? list) ? list : _regions[file] = [];
                known.Add(new PictureRegion(box, phrase.Trim()));
            }
        }
    }

    /// <summary>The number of pictures with regions.</summary>
    public int Pictures => _regions.Count;

    /// <summary>Whether a picture has any.</summary>
    /// <param name="file">From <see cref="Dataset.FileOf"/>.</param>
    public bool Has(string? file) => file is not null && _regions.ContainsKey(file);

    /// <summary>The regions of a picture, chosen by the chance where there are too many; none where it has none.</summary>
    /// <param name="file">From <see cref="Dataset.FileOf"/>.</param>
    /// <param name="chance">What the choice is left to.</param>
    public IReadOnlyList<PictureRegion> Of(string? file, SampleChance chance)
    {
        if (file is null || !_regions.TryGetValue(file, out List<PictureRegion>? all))
        {
            return [];
        }

        return all.Count <= _most ? all : [.. chance.Shuffled(all).Take(_most)];
    }
}
