using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Datasets;
using CommSharp.Data.Formats;
using CommSharp.Data.Pictures;
using CommSharp.Data.Tasks;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>
/// A data set in memory, whose samples can be made in any order. Records are held, pictures are not: LLaVA's mixture of 665 000 conversations takes
/// about 1.5 GB. Several threads may make samples at a time.
/// </summary>
public sealed class Dataset : IDisposable
{
    /// <summary>How many records' pictures are looked for when a data set is opened.</summary>
    public const int PicturesLookedAt = 200;

    private readonly List<IDisposable> _owned = [];
    private readonly RecordSamples _samples;
    private readonly List<IDataRecord> _records;
    private readonly List<(int Record, int Item)> _places;

    private Dataset(DatasetPart part, string baseFolder, DataPlace asker, RecordCache cache)
    {
        Task = DatasetTasks.Find(part.Format, part.Task, asker);
        Name = part.Name ?? $"{Task.Format} {Task.Name}";
        Path = System.IO.Path.Combine(baseFolder, part.Path);
        if (!File.Exists(Path) && !Directory.Exists(Path))
        {
            throw new DataException(asker.Of("path"), $"there is no file or folder '{Printable.Plain(Path)}'");
        }

        Pictures = new PictureFolder(FolderOf(part, baseFolder, Path));
        QuestionTemplates? templates = TemplatesOf(part, baseFolder, Task, asker);
        IEnumerable<(int Number, IDataRecord Record)> chosen = Chosen(part, Read(part, Path, Task, asker, cache));
        _records = [.. Task.Expand?.Invoke(chosen, Path) ?? chosen.Select(each => each.Record)];
        try
        {
            _samples = Task.Ready(new TaskSetup(templates, Path, _owned.Add));
            _places = [.. _records.SelectMany((record, i) => Enumerable.Range(0, _samples.Count(record)).Select(item => (i, item)))];
            RequireSamples(asker);
            RequirePictures(asker);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>How it is asked.</summary>
    public DatasetTask Task { get; }

    /// <summary>Where its pictures are.</summary>
    public PictureFolder Pictures { get; }

    /// <summary>The number of records.</summary>
    public int Records => _records.Count;

    /// <summary>The number of samples; more than records where one has several, such as a picture's captions.</summary>
    public int Count => _places.Count;

    /// <summary>Reads a data set, and looks whether its pictures are there.</summary>
    /// <param name="part">What is to be opened, and how it is to be asked.</param>
    /// <param name="baseFolder">What its paths are relative to.</param>
    /// <param name="asker">Where the recipe names it, for errors.</param>
    /// <exception cref="DataException">
    /// An unknown format or task, no such file, a bad record, no sample at all, or no folder of pictures, or none of the pictures that were looked for
    /// is in it.
    /// </exception>
    public static Dataset Open(DatasetPart part, string baseFolder, DataPlace asker) => Open(part, baseFolder, asker, new RecordCache());

    /// <summary>The same, with records that another part of the mixture has read already.</summary>
    internal static Dataset Open(DatasetPart part, string baseFolder, DataPlace asker, RecordCache cache) => new(part, baseFolder, asker, cache);

    /// <summary>The record of a sample.</summary>
    /// <param name="number">The sample's number, from 0.</param>
    public IDataRecord RecordOf(int number) => _records[_places[number].Record];

    /// <summary>The file of a sample's picture, by which data sets that call it by other names know it; null where its record names none, or no file could have such a name.</summary>
    /// <param name="number">The sample's number, from 0.</param>
    internal string? FileOf(int number) =>
        RecordOf(number).Picture is { } picture && !picture.Contains('\0') ? System.IO.Path.GetFullPath(System.IO.Path.Combine(Pictures.Path, picture)) : null;

    /// <summary>Makes a sample.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="chance">What the wording and other choices are left to.</param>
    /// <exception cref="DataException">The record lacks what the task needs.</exception>
    public TaskSample Make(int number, SampleChance chance)
    {
        (int record, int item) = _places[number];
        return _samples.Make(_records[record], item, chance);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(each => each.Dispose());

    private static IEnumerable<IDataRecord> Read(DatasetPart part, string path, DatasetTask task, DataPlace asker, RecordCache cache)
    {
        DataFormat format = DataFormats.All.Single(each => each.Name == task.Format);
        return part.Split is null || format.HasSplits
            ? cache.Read(format, new DataRequest(path, part.Split), holdsAll: part.Limit is null)
            : throw new DataException(asker.Of("split"), $"the format {format.Name} has no splits; leave it out");
    }

    private static IEnumerable<(int Number, IDataRecord Record)> Chosen(DatasetPart part, IEnumerable<IDataRecord> records)
    {
        IEnumerable<(int Number, IDataRecord Record)> first = (part.Limit is { } limit ? records.Take(limit) : records).Index();
        return part is { Every: { } every, Keep: { } keep } ? first.Where(each => keep.Contains(each.Number % every)) : first;
    }

    private static QuestionTemplates? TemplatesOf(DatasetPart part, string baseFolder, DatasetTask task, DataPlace asker) => part.Templates switch
    {
        null => null,
        { } file when task.Templates is { } kind => QuestionTemplates.Read(kind, System.IO.Path.Combine(baseFolder, file)),
        _ => throw new DataException(asker.Of("templates"), $"the task {task.Name} of {task.Format} brings its own words; leave the templates out"),
    };

    private static string FolderOf(DatasetPart part, string baseFolder, string path)
    {
        if (part.Pictures is { } stated)
        {
            return System.IO.Path.Combine(baseFolder, stated);
        }

        string beside = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        string voc = System.IO.Path.Combine(beside, "JPEGImages");
        return Directory.Exists(voc) ? voc : beside;
    }

    private void RequireSamples(DataPlace asker)
    {
        if (Count == 0)
        {
            throw new DataException(
                asker, $"{Printable.Plain(Path)} has no sample of the task {Task.Name}; look at split, limit, every and keep");
        }
    }

    private void RequirePictures(DataPlace asker)
    {
        int count = Math.Min(PicturesLookedAt, _records.Count);
        string[] named = [.. Enumerable.Range(0, count).Select(i => _records[(int)((long)i * _records.Count / count)].Picture).OfType<string>()];
        if (named.Length > 0 && !Directory.Exists(Pictures.Path))
        {
            throw new DataException(asker.Of("pictures"), $"there is no folder '{Printable.Plain(Pictures.Path)}'");
        }

        if (named.Length > 0 && !named.Any(Pictures.Has))
        {
            throw new DataException(
                asker.Of("pictures"),
                $"none of the {named.Length} pictures looked at exists below '{Printable.Plain(Pictures.Path)}', such as {Printable.Name(named[0])}; "
                + "set \"pictures\" to the folder that the records' paths start from");
        }
    }
}
