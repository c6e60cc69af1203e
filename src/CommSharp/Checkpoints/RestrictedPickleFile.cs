using CommSharp.Checkpoints.Pickle;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// A PyTorch checkpoint (<c>.bin</c>, <c>.pth</c>, <c>.pt</c>) as torch.save writes it since version 1.6: a zip archive with a pickle that
/// describes the tensors and one raw entry for each storage. The pickle is read as data by <see cref="PickleReader"/>: it can name what a state
/// dict needs and nothing else, and no code is run. Tensors may share storages, be windows into one, or be strided.
/// </summary>
/// <remarks>
/// The object saved is a dict of tensors by name, or a dict that holds one under <c>state_dict</c>, <c>model</c> or <c>module</c>, as training
/// programs save it beside other things.
/// </remarks>
public sealed class RestrictedPickleFile : ITensorSource
{
    private static readonly string[] Wrappers = ["state_dict", "model", "module"];

    private static readonly PickleLimits Limits = new() { Objects = 4_000_000 };

    private readonly DataFile _file;
    private readonly OrderedDictionary<string, (TorchView View, ZipEntry Entry)> _tensors = new(StringComparer.Ordinal);
    private readonly List<string> _otherEntries = [];

    private RestrictedPickleFile(DataFile file) => _file = file;

    /// <inheritdoc/>
    public string Location => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Entries beside the tensors that are no tensors and cannot be read, such as a step count.</summary>
    public IReadOnlyList<string> OtherEntries => _otherEntries;

    /// <summary>Opens a file and reads its pickle; reads no tensor data.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, of another kind (before PyTorch 1.6, TorchScript, big-endian), asks for
    /// a name that is not allowed, or holds no tensors.</exception>
    public static RestrictedPickleFile Open(string path)
    {
        var file = new RestrictedPickleFile(DataFile.Open(path));
        try
        {
            file.ReadDirectory();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorInfo Describe(string name)
    {
        var view = Find(name).View;
        return new TensorInfo(view.Storage.Dtype.Type, view.Shape, view.Bytes);
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var (view, entry) = Find(name);
        Destination.Check(Location, name, Describe(name), destination);
        long offset = entry.Offset + view.Offset * view.Storage.Dtype.Bytes;
        if (view.IsContiguous)
        {
            _file.Read(offset, view.Storage.Dtype, destination);
        }
        else
        {
            ReadStrided(offset, view, destination);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void ReadStrided(long offset, TorchView view, Tensor destination)
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        var extent = empty(view.Extent, dtype: view.Storage.Dtype.Type);
        _file.Read(offset, view.Storage.Dtype, extent);
        destination.copy_(extent.as_strided([.. view.Shape], [.. view.Stride]));
    }

    private (TorchView View, ZipEntry Entry) Find(string name) =>
        _tensors.TryGetValue(name, out var tensor) ? tensor : throw Destination.NoSuchTensor(Location, name);

    private void ReadDirectory()
    {
        var archive = TorchArchive.Open(_file);
        foreach (var (key, value) in StateDictionary(Unpickle(archive.ReadPickle())))
        {
            if (key is string name && value is TorchView view)
            {
                _tensors.Add(name, (view, archive.Storage(view.Storage, name)));
            }
            else
            {
                _otherEntries.Add(key as string ?? "(not text)");
            }
        }
    }

    private object? Unpickle(byte[] pickle)
    {
        try
        {
            return PickleReader.Read(pickle, TorchGlobals.Allowed, Limits, TorchGlobals.Storage);
        }
        catch (PickleFormatException e)
        {
            throw new CheckpointException(Location,
                $"data.pkl, {e.Message}; if you trust the file, load it in PyTorch and save the weights as safetensors", innerException: e);
        }
    }

    private PickleDictionary StateDictionary(object? root)
    {
        if (root is not PickleDictionary saved)
        {
            throw new CheckpointException(Location, "does not hold a dict of tensors; save the module's state_dict()");
        }

        var wrapped = Wrappers.Select(w => saved.TryGetValue(w, out object? inner) ? inner as PickleDictionary : null);
        return new[] { saved }.Concat(wrapped).FirstOrDefault(d => d is not null && d.Any(e => e is { Key: string, Value: TorchView }))
            ?? throw new CheckpointException(Location, $"holds no tensors; its entries are "
                + $"{Printable.Names([.. saved.Select(e => e.Key).OfType<string>()])}; save the module's state_dict()");
    }
}
