using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Text;
using CommSharp.Training.Batching;
using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>Pictures whose captions are a data set's; a picture with five captions counts five times.</summary>
internal sealed class CaptionPictures : IPretrainingPictures
{
    private readonly SampleSet _samples;
    private readonly IReadOnlyList<SampleReference> _references;
    private readonly PictureRegions? _regions;

    public CaptionPictures(CaptionSource source, string baseFolder, DataPlace asker)
    {
        _samples = SampleSet.Open(source.Captions, baseFolder, asker.Of("captions"));
        try
        {
            if (_samples.Datasets.FirstOrDefault(dataset => dataset.Task.Name != "caption") is { } other)
            {
                throw new DataException(asker.Of("captions"), $"{other.Name} has the task {other.Task.Name}; only data sets of the task caption have captions");
            }

            _references = _samples.Spread(int.MaxValue);
            if (source.Regions is { } regions)
            {
                _regions = new PictureRegions(regions, source.MostRegions, baseFolder, asker.Of("regions"));
                RequireRegions(_regions, asker.Of("regions"));
            }
        }
        catch
        {
            _samples.Dispose();
            throw;
        }
    }

    public long Count => _references.Count;

    public bool HasCaptions => true;

    public bool HasRegions => _regions is not null;

    public IReadOnlyList<string>? Classes => null;

    public PretrainingPicture Read(long index, SampleChance chance)
    {
        SampleReference reference = _references[(int)index];
        TaskSample sample = _samples.Make(reference, chance);
        string caption = string.Concat(sample.Turns.Last(turn => turn.Role == TurnRole.Assistant).Parts.OfType<SampleText>().Select(part => part.Text));
        return _samples.ReadPicture(reference, sample) is { } picture
            ? new PretrainingPicture(picture, caption, null) { Regions = _regions?.Of(FileOf(reference), chance) ?? [] }
            : throw new DataException(sample.Place, "names no picture");
    }

    public string PlaceOf(long index)
    {
        SampleReference reference = _references[(int)index];
        return _samples.Datasets[reference.Dataset].RecordOf(reference.Number).Place.ToString();
    }

    public void Dispose() => _samples.Dispose();

    private string? FileOf(SampleReference reference) => _samples.Datasets[reference.Dataset].FileOf(reference.Number);

    private void RequireRegions(PictureRegions regions, DataPlace asker)
    {
        if (!_references.Any(reference => regions.Has(FileOf(reference))))
        {
            throw new DataException(
                asker,
                $"has regions of {regions.Pictures} pictures, none of which has a caption, such as '{Printable.Plain(FileOf(_references[0]) ?? "")}'; "
                    + "\"pictures\" of both must lead to the same files");
        }
    }
}
