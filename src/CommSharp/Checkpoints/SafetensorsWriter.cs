using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// Writes a safetensors file (https://github.com/huggingface/safetensors#format) tensor by tensor: what is stored is known first, the tensors are
/// asked for one at a time, so the model is never in memory twice. The file appears under its name only when it is complete.
/// </summary>
public static class SafetensorsWriter
{
    // Readers map the data into memory; eight bytes are the largest element.
    private const int Alignment = 8;

    private static readonly Dictionary<string, string> PyTorchMetadata = new(StringComparer.Ordinal) { ["format"] = "pt" };

    /// <summary>
    /// Writes a file. Tensors are stored by falling element size, then by name, as the reference implementation does, so equal contents give equal
    /// files.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced in one step, at the end.</param>
    /// <param name="entries">What is stored; dtypes F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL.</param>
    /// <param name="produce">Hands over the tensor of an entry, of its shape, on any device; the writer disposes of it. Hand over an alias
    /// (<see cref="Tensor.detach"/>) of a tensor that is to live on.</param>
    /// <param name="metadata">The header's <c>__metadata__</c>; <c>format: pt</c>, which Hugging Face's readers ask for, when null.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CheckpointException">The file cannot be written, the entries cannot be stored, or a tensor is not as its entry
    /// says.</exception>
    public static void Write(
        string path,
        IEnumerable<TensorEntry> entries,
        Func<TensorEntry, Tensor> produce,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(produce);
        using var file = WriteUncommitted(path, [.. entries], produce, metadata, cancellationToken);
        file.Commit();
    }

    /// <summary>Writes a complete file that does not have its name yet.</summary>
    internal static AtomicFile WriteUncommitted(
        string path,
        IReadOnlyList<TensorEntry> entries,
        Func<TensorEntry, Tensor> produce,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var planned = Plan(path, entries);
        var file = new AtomicFile(path);
        try
        {
            file.Write(Header(planned, metadata ?? PyTorchMetadata));
            foreach (var tensor in planned)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteTensor(file, tensor, produce, cancellationToken);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What an entry takes in the file, in bytes.</summary>
    internal static long Size(string path, TensorEntry entry)
    {
        string name = Printable.Name(entry.Name);
        var dtype = StoredDtype.Find(entry.Dtype)
            ?? throw new CheckpointException(path, $"tensor {name} cannot be stored as {entry.Dtype}; convert it first", entry.Name);
        return dtype.Size(entry.Shape)
            ?? throw new CheckpointException(path, $"tensor {name} has the impossible shape {Printable.Shape(entry.Shape)}", entry.Name);
    }

    private static List<(TensorEntry Entry, StoredDtype Dtype, long Begin, long End)> Plan(string path, IReadOnlyList<TensorEntry> entries)
    {
        CheckNames(path, entries);
        var planned = new List<(TensorEntry, StoredDtype, long, long)>();
        long end = 0;
        var sized = entries.Select(e => (Entry: e, Size: Size(path, e), Dtype: StoredDtype.Find(e.Dtype)!));
        foreach (var (entry, size, dtype) in sized.OrderByDescending(e => e.Dtype.Bytes).ThenBy(e => e.Entry.Name, StringComparer.Ordinal))
        {
            planned.Add((entry, dtype, end, end = checked(end + size)));
        }

        return planned;
    }

    private static void CheckNames(string path, IReadOnlyList<TensorEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in entries.Select(e => e.Name))
        {
            if (name == SafetensorsHeader.MetadataName || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) != name)
            {
                throw new CheckpointException(path, $"{Printable.Name(name)} cannot be a tensor's name; rename it", name);
            }

            if (!names.Add(name))
            {
                throw new CheckpointException(path, $"would hold two tensors named {Printable.Name(name)}; rename one", name);
            }
        }
    }

    private static byte[] Header(
        List<(TensorEntry Entry, StoredDtype Dtype, long Begin, long End)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(SafetensorsHeader.MetadataName);
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            foreach (var (entry, dtype, begin, end) in tensors)
            {
                writer.WriteStartObject(entry.Name);
                writer.WriteString("dtype", dtype.SafetensorsName);
                WriteNumbers(writer, "shape", entry.Shape);
                WriteNumbers(writer, "data_offsets", [begin, end]);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        int padded = (json.WrittenCount + Alignment - 1) / Alignment * Alignment;
        var header = new byte[sizeof(ulong) + padded];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        json.WrittenSpan.CopyTo(header.AsSpan(sizeof(ulong)));
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static void WriteTensor(
        AtomicFile file,
        (TensorEntry Entry, StoredDtype Dtype, long Begin, long End) planned,
        Func<TensorEntry, Tensor> produce,
        CancellationToken cancellationToken)
    {
        var (entry, dtype, _, _) = planned;
        string name = Printable.Name(entry.Name);
        using var tensor = produce(entry);
        if (!entry.Shape.SequenceEqual(tensor.shape) || !StoredDtype.Converts(tensor.dtype, entry.Dtype))
        {
            throw new CheckpointException(file.Path, $"tensor {name} was announced as {entry.Dtype} {Printable.Shape(entry.Shape)}, "
                + $"but is {tensor.dtype} {Printable.Shape(tensor.shape)}", entry.Name);
        }

        try
        {
            file.Write(dtype, tensor, cancellationToken);
        }
        catch (OverflowException e)
        {
            throw new CheckpointException(file.Path, $"tensor {name} {e.Message}; store it as bfloat16 or float32", entry.Name, e);
        }
    }
}
