using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// A safetensors file (https://github.com/huggingface/safetensors#format): 8 bytes of little-endian header length, a JSON header, and the raw
/// little-endian data. Opening checks the header completely: every tensor's bytes lie inside the file, none overlap, none are left over.
/// Dtypes: F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL.
/// </summary>
public sealed class SafetensorsFile : ITensorSource
{
    private const int SmallestMapping = 1 << 16; // below, reading is cheaper than a page fault or two

    private readonly DataFile _file;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<ScalarType, Tensor> _mappings = [];

    private SafetensorsFile(DataFile file, SafetensorsHeader header)
    {
        _file = file;
        _header = header;
    }

    /// <inheritdoc/>
    public string Location => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _header.Tensors.Keys;

    /// <summary>The header's <c>__metadata__</c>: free text by key, empty when there is none. Writers put <c>format: pt</c> there.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header; reads no data.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is missing, truncated, no safetensors file, or its header is inconsistent.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = DataFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file));
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
        var tensor = Find(name);
        return new TensorInfo(tensor.Dtype.Type, tensor.Shape, tensor.End - tensor.Begin);
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var tensor = Find(name);
        Destination.Check(Location, name, Describe(name), destination);
        _file.Read(_header.DataOffset + tensor.Begin, tensor.Dtype, destination);
    }

    /// <inheritdoc/>
    public Tensor? TryMap(string name)
    {
        SafetensorsEntry tensor = Find(name);
        long start = _header.DataOffset + tensor.Begin, bytes = tensor.End - tensor.Begin;
        if (tensor.Dtype.Type == ScalarType.Bool || // whose bytes are looked at as they are read
            bytes < SmallestMapping || start % tensor.Dtype.Bytes != 0)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        return Mapping(tensor.Dtype)?.narrow(0, start / tensor.Dtype.Bytes, bytes / tensor.Dtype.Bytes).view([.. tensor.Shape]).MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file; mapped tensors live on.</summary>
    public void Dispose()
    {
        foreach (Tensor mapping in _mappings.Values)
        {
            mapping.Dispose();
        }

        _file.Dispose();
    }

    /// <summary>The whole file as elements of one type, of which a tensor is a view; null where it cannot be mapped.</summary>
    private Tensor? Mapping(StoredDtype dtype)
    {
        lock (_mappings)
        {
            if (!_mappings.TryGetValue(dtype.Type, out Tensor? mapping))
            {
                try
                {
                    mapping = from_file(_file.Path, shared: false, _file.Length / dtype.Bytes, dtype.Type).DetachFromDisposeScope();
                }
                catch (ExternalException)
                {
                    return null; // a file system that does not map files
                }

                _mappings.Add(dtype.Type, mapping);
            }

            return mapping;
        }
    }

    private SafetensorsEntry Find(string name) =>
        _header.Tensors.TryGetValue(name, out var tensor) ? tensor : throw Destination.NoSuchTensor(Location, name);
}
