using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// Writes a checkpoint in shards as Hugging Face lays them out: <c>model-00001-of-0000N.safetensors</c> and <c>model.safetensors.index.json</c>, or
/// just <c>model.safetensors</c> when one file is enough. The files appear when all of them are complete, the index last.
/// </summary>
public static class ShardedSafetensorsWriter
{
    /// <summary>The largest shard that Hugging Face writes by default, in bytes.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a checkpoint into a folder that holds none yet.</summary>
    /// <param name="folder">The folder; made when it does not exist.</param>
    /// <param name="entries">What is stored; shards are filled in this order.</param>
    /// <param name="produce">Hands over the tensor of an entry, of its shape, on any device; the writer disposes of it.</param>
    /// <param name="maxShardBytes">How many bytes of data a shard may have; a larger tensor gets a shard of its own.</param>
    /// <param name="metadata">The <c>__metadata__</c> of every shard; <c>format: pt</c> when null.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CheckpointException">The folder holds weights already or cannot be written, the entries cannot be stored, or a tensor is
    /// not as its entry says.</exception>
    public static void Write(
        string folder,
        IEnumerable<TensorEntry> entries,
        Func<TensorEntry, Tensor> produce,
        long maxShardBytes = DefaultShardBytes,
        IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(produce);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxShardBytes);
        Prepare(folder);
        var shards = Divide(folder, [.. entries], maxShardBytes);
        var files = new List<AtomicFile>();
        try
        {
            for (int i = 0; i < shards.Count; i++)
            {
                string path = Path.Combine(folder, ShardName(i, shards.Count));
                files.Add(SafetensorsWriter.WriteUncommitted(path, shards[i], produce, metadata, cancellationToken));
            }

            if (shards.Count > 1)
            {
                files.Add(WriteIndex(folder, shards));
            }

            Commit(files);
        }
        finally
        {
            foreach (var file in files)
            {
                file.Dispose();
            }
        }
    }

    private static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string? there = Directory.EnumerateFiles(folder).Select(Path.GetFileName).FirstOrDefault(IsWeights);
            // Beside files of another division a reader would find two checkpoints, and might take the old one.
            if (there is not null)
            {
                throw new CheckpointException(folder,
                    $"holds {Printable.Name(there)} already; write to an empty folder or remove the old weights first");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(folder, FileFault.OfWriting(e, folder, folder), innerException: e);
        }
    }

    private static bool IsWeights(string? name) =>
        name is not null && name.StartsWith("model", StringComparison.Ordinal) && name.Contains(".safetensors", StringComparison.Ordinal);

    private static List<List<TensorEntry>> Divide(string folder, List<TensorEntry> entries, long maxShardBytes)
    {
        var twice = entries.GroupBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new CheckpointException(folder, $"would hold two tensors named {Printable.Name(twice.Key)}; rename one", twice.Key);
        }

        var shards = new List<List<TensorEntry>> { new() };
        long filled = 0;
        foreach (var entry in entries)
        {
            long size = SafetensorsWriter.Size(folder, entry);
            if (shards[^1].Count > 0 && filled > maxShardBytes - size)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(entry);
            filled += size;
        }

        return shards;
    }

    private static string ShardName(int shard, int count) =>
        count == 1 ? "model.safetensors" : $"model-{shard + 1:00000}-of-{count:00000}.safetensors";

    private static AtomicFile WriteIndex(string folder, List<List<TensorEntry>> shards)
    {
        var map = shards.SelectMany((shard, i) => shard.Select(entry => (entry.Name, File: ShardName(i, shards.Count))));
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Readable))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteNumber("total_size", shards.SelectMany(s => s).Sum(e => SafetensorsWriter.Size(folder, e)));
            writer.WriteEndObject();
            writer.WriteStartObject("weight_map");
            foreach (var (name, file) in map.OrderBy(m => m.Name, StringComparer.Ordinal))
            {
                writer.WriteString(name, file);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        var index = new AtomicFile(Path.Combine(folder, "model.safetensors.index.json"));
        try
        {
            index.Write(json.GetBuffer().AsSpan(0, (int)json.Length));
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private static void Commit(List<AtomicFile> files)
    {
        int committed = 0;
        try
        {
            for (; committed < files.Count; committed++)
            {
                files[committed].Commit();
            }
        }
        catch
        {
            foreach (var file in files.Take(committed))
            {
                File.Delete(file.Path);
            }

            throw;
        }
    }
}
