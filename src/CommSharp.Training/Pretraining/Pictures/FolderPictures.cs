using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Pictures;
using CommSharp.Data.Tasks;
using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>A folder of class folders; a picture's label is its folder's place in the order of names.</summary>
internal sealed class FolderPictures : IPretrainingPictures
{
    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    private readonly PictureFolder _folder;
    private readonly (string Picture, int Label)[] _all;

    public FolderPictures(FolderSource source, string baseFolder, DataPlace asker)
    {
        string path = Path.GetFullPath(source.Path, baseFolder);
        _folder = new PictureFolder(path);
        try
        {
            string[] classes = [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)];
            _all = [.. classes.SelectMany((folder, label) => PicturesIn(folder).Select(file => (Path.GetRelativePath(path, file), label)))];
            Classes = [.. classes.Select(folder => Path.GetFileName(folder))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(asker.Of("path"), $"{Printable.Plain(path)}: {FileFault.OfReading(error)}", error);
        }

        if (_all.Length == 0)
        {
            throw new DataException(asker.Of("path"), $"'{Printable.Plain(path)}' holds no folder with pictures; each class has a folder of its own there");
        }
    }

    public long Count => _all.Length;

    public bool HasCaptions => false;

    public bool HasRegions => false;

    public IReadOnlyList<string>? Classes { get; }

    public PretrainingPicture Read(long index, SampleChance chance)
    {
        (string picture, int label) = _all[index];
        return new PretrainingPicture(_folder.Read(picture, new DataPlace(_folder.Path)), null, label);
    }

    public string PlaceOf(long index) => Path.Combine(_folder.Path, _all[index].Picture);

    public void Dispose()
    {
    }

    private static IEnumerable<string> PicturesIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Pictures.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
}
