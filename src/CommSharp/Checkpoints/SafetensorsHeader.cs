using System.Buffers.Binary;
using System.Text.Json;

namespace CommSharp.Checkpoints;

/// <summary>One tensor of a header; its bytes count from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, StoredDtype Dtype, IReadOnlyList<long> Shape, long Begin, long End);

/// <summary>A header that has been checked against the file it heads.</summary>
internal sealed record SafetensorsHeader(
    OrderedDictionary<string, SafetensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata, long DataOffset)
{
    public const string MetadataName = "__metadata__";

    /// <summary>The bound of the reference implementation, in bytes.</summary>
    public const long LargestHeader = 100_000_000;

    public static SafetensorsHeader Read(DataFile file)
    {
        byte[] json = file.Read(sizeof(ulong), Length(file));
        var (tensors, metadata) = Parse(file.Path, json);
        var header = new SafetensorsHeader(tensors, metadata, sizeof(ulong) + json.Length);
        header.CheckLayout(file);
        return header;
    }

    private static int Length(DataFile file)
    {
        if (file.Length < sizeof(ulong))
        {
            throw new CheckpointException(file.Path,
                $"is only {file.Length} bytes long and cannot be a safetensors file; download it again");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Read(0, sizeof(ulong)));
        if (length > LargestHeader)
        {
            throw new CheckpointException(file.Path,
                $"its header would be {length} bytes long, more than the {LargestHeader} allowed; this is no safetensors file or a damaged one");
        }

        if ((long)length > file.Length - sizeof(ulong))
        {
            throw new CheckpointException(file.Path,
                $"its header would be {length} bytes long, but only {file.Length - sizeof(ulong)} bytes follow; download it again");
        }

        return (int)length;
    }

    private static (OrderedDictionary<string, SafetensorsEntry>, IReadOnlyDictionary<string, string>) Parse(string path, byte[] json)
    {
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw new CheckpointException(path, "its header does not start with '{'; this is no safetensors file or a damaged one");
        }

        try
        {
            return SafetensorsHeaderReader.Read(path, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the JSON reader reports text that is not valid UTF-8 or UTF-16.
            throw new CheckpointException(path, "its header is not valid JSON; this is no safetensors file or a damaged one", innerException: e);
        }
    }

    /// <summary>The format's promise: the tensors' bytes cover the rest of the file, each byte once.</summary>
    private void CheckLayout(DataFile file)
    {
        long length = file.Length - DataOffset;
        long end = 0;
        SafetensorsEntry? previous = null;
        foreach (var tensor in Tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            string name = Printable.Name(tensor.Name);
            if (tensor.Begin < end)
            {
                throw Wrong($"tensor {name} starts at byte {tensor.Begin} and overlaps {Printable.Name(previous!.Name)}, which ends at {end}");
            }

            if (tensor.Begin > end)
            {
                throw Wrong($"tensor {name} starts at byte {tensor.Begin} and leaves a hole after byte {end}");
            }

            if (tensor.End > length)
            {
                throw Wrong($"tensor {name} ends at byte {tensor.End}, but there are only {length} bytes of data", "download the file again");
            }

            end = tensor.End;
            previous = tensor;

            CheckpointException Wrong(string problem, string advice = "the file is damaged") =>
                new(file.Path, $"{problem}; {advice}", tensor.Name);
        }

        if (end < length)
        {
            throw new CheckpointException(file.Path, $"{length - end} bytes follow the last tensor; the file is damaged");
        }
    }
}
