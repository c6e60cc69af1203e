using CommSharp.Checkpoints;
using CommSharp.Imaging;

namespace CommSharp.Data.Pictures;

/// <summary>
/// The folder below which a data set's pictures are. Records name pictures by paths below it, and cannot reach anything else. Pictures of data sets
/// are read as the references read them: what EXIF says of orientation is ignored, since boxes were drawn on the pixels as they are stored.
/// </summary>
/// <param name="path">The folder.</param>
public sealed class PictureFolder(string path)
{
    private static readonly ImageDecodingOptions AsStored = new() { ApplyOrientation = false };

    private readonly string _root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Whether there is a file of a picture below the folder.</summary>
    /// <param name="picture">Its path below the folder.</param>
    public bool Has(string picture) => Below(picture) is { } file && File.Exists(file);

    /// <summary>The file of a picture.</summary>
    /// <param name="picture">Its path below the folder.</param>
    /// <param name="place">Who names it, for errors.</param>
    /// <exception cref="DataException">The path leads out of the folder, or there is no such file.</exception>
    public string Find(string picture, DataPlace place)
    {
        string file = Below(picture)
            ?? throw new DataException(place, $"names the picture {Printable.Name(picture)}, which is not below the folder of pictures");
        return File.Exists(file)
            ? file
            : throw new DataException(place, $"names the picture {Printable.Name(picture)}, but there is no file '{Printable.Plain(file)}'; check the folder of pictures");
    }

    /// <summary>Decodes a picture.</summary>
    /// <param name="picture">Its path below the folder.</param>
    /// <param name="place">Who names it, for errors.</param>
    /// <exception cref="DataException">There is no such picture, or it cannot be decoded.</exception>
    public RgbImage Read(string picture, DataPlace place) => Attempt(picture, place, file => ImageDecoder.Read(file, AsStored));

    /// <summary>Reads how large a picture is, without decoding it.</summary>
    /// <param name="picture">Its path below the folder.</param>
    /// <param name="place">Who names it, for errors.</param>
    /// <exception cref="DataException">There is no such picture, or its header cannot be read.</exception>
    public PictureSize Measure(string picture, DataPlace place) => Attempt(picture, place, file => ImageDecoder.Measure(file, AsStored));

    /// <summary>The full path; null when it leads out of the folder.</summary>
    private string? Below(string picture)
    {
        if (picture.Contains('\0') || System.IO.Path.IsPathRooted(picture))
        {
            return null;
        }

        string file = System.IO.Path.GetFullPath(System.IO.Path.Combine(_root, picture));
        return file.StartsWith(_root + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) ? file : null;
    }

    private T Attempt<T>(string picture, DataPlace place, Func<string, T> read)
    {
        string file = Find(picture, place);
        try
        {
            return read(file);
        }
        catch (ImageException error)
        {
            throw new DataException(place, error.Message, error);
        }
    }
}
