using CommSharp.Checkpoints;
using CommSharp.Data.Reading;
using Microsoft.Win32.SafeHandles;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>
/// GQA's scene graphs, found by their pictures' ids through Shikra's index file: an object from ids to line numbers, counted from 0. The graphs
/// stay in the file; one is read when it is asked for. Several threads may ask at a time.
/// </summary>
public sealed class SceneGraphs : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly List<long> _starts;
    private readonly DataPlace _index;
    private readonly Dictionary<string, int> _lines;

    /// <summary>Opens the graphs.</summary>
    /// <param name="path">The file of JSON lines, a graph a line.</param>
    /// <param name="indexPath">The index file.</param>
    /// <exception cref="DataException">A file cannot be read, or the index is none for this file.</exception>
    public SceneGraphs(string path, string indexPath)
    {
        _path = path;
        _starts = StartsOf(path);
        _index = new DataPlace(indexPath);
        _lines = JsonFile.Read(indexPath).Members.ToDictionary(each => each.Name, each => LineOf(each.Field), StringComparer.Ordinal);
        _file = Attempt(() => File.OpenHandle(path, options: FileOptions.RandomAccess));
    }

    /// <summary>The graph of a picture.</summary>
    /// <param name="imageId">The picture's id.</param>
    /// <param name="asker">Who asks, for errors.</param>
    /// <exception cref="DataException">There is none, or it cannot be read, or the index leads to that of another picture.</exception>
    public SceneGraph Find(string imageId, DataPlace asker)
    {
        if (!_lines.TryGetValue(imageId, out int line))
        {
            throw new DataException(asker, $"is about the picture {Printable.Name(imageId)}, which {Printable.Plain(_index.File)} does not list");
        }

        var place = new DataPlace(_path, Line: line + 1);
        var graph = SceneGraph.From(new JsonField(place, StrictElement.Parse(ReadLine(line), place)));
        return graph.Id == imageId
            ? graph
            : throw new DataException(
                _index.Of(imageId), $"leads to line {line + 1}, which is the scene graph of {Printable.Name(graph.Id ?? "")}; make the index anew");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Where each line starts, and where the file ends.</summary>
    private static List<long> StartsOf(string path)
    {
        using var source = new ByteSource(path);
        var starts = new List<long> { source.Position };
        do
        {
            ReadOnlySpan<byte> unread = source.Unread.Span;
            for (int at = 0; unread[at..].IndexOf((byte)'\n') is >= 0 and var length;)
            {
                at += length + 1;
                starts.Add(source.Position + at);
            }

            source.Advance(unread.Length);
        }
        while (source.TryRead(int.MaxValue, new DataPlace(path)));

        if (starts[^1] != source.Position)
        {
            starts.Add(source.Position);
        }

        return starts;
    }

    private int LineOf(JsonField line) => line.WholeNumber is >= 0 and var number && number < _starts.Count - 1
        ? (int)number
        : throw line.Problem($"is {line.WholeNumber}, but {Printable.Plain(_path)} has {_starts.Count - 1} lines, counted from 0");

    private byte[] ReadLine(int line)
    {
        long start = _starts[line];
        byte[] bytes = new byte[_starts[line + 1] - start];
        int read = Attempt(() => RandomAccess.Read(_file, bytes, start));
        return read == bytes.Length ? bytes : throw new DataException(new DataPlace(_path, Line: line + 1), "has become shorter while it was open");
    }

    private T Attempt<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(new DataPlace(_path), $"cannot be read: {error.Message}", error);
        }
    }
}
