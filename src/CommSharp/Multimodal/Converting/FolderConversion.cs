using CommSharp.Checkpoints;
using CommSharp.Multimodal.Folders;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Converting;

/// <summary>
/// Rewrites a model's folder as safetensors in Hugging Face's layout, tensor by tensor: never more than the largest one is in memory. The output
/// appears when it is complete.
/// </summary>
public static class FolderConversion
{
    /// <summary>Converts.</summary>
    /// <param name="folder">The folder to read.</param>
    /// <param name="output">The folder to write; it must not exist yet, or be empty.</param>
    /// <param name="options">How it is rewritten.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">The folder cannot be read, its weights do not fit its config, or the output cannot be
    /// written.</exception>
    public static ConversionReport Run(
        string folder,
        string output,
        ConversionOptions options,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Run(ModelFolder.Open(folder, options.VisionTower), output, options, progress, cancellationToken);

    /// <summary>Converts a folder that is open already, with what it was opened with.</summary>
    /// <param name="source">The folder to read.</param>
    /// <param name="output">The folder to write; it must not exist yet, or be empty.</param>
    /// <param name="options">How it is rewritten; the vision tower is the one that it was opened with.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">The weights do not fit the config, or the output cannot be written.</exception>
    public static ConversionReport Run(
        ModelFolder source,
        string output,
        ConversionOptions options,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using ConversionPlan plan = ConversionPlan.Make(source, options);
        long bytes = plan.Parts.SelectMany(part => part.Entries(options.Dtype)).Sum(entry => SafetensorsWriter.Size(source.Path, entry));
        var writing = new Writing(bytes, progress);
        using var target = new AtomicFolder(output);
        foreach (ConvertedPart part in plan.Parts)
        {
            Write(part, Path.Combine(target.Path, part.Folder), options, writing, cancellationToken);
        }

        string kind = ModelFolder.Open(target.Path).Kind;
        IEnumerable<string> files = Directory.EnumerateFiles(target.Path, "*", SearchOption.AllDirectories);
        string[] names = [.. files.Select(file => Path.GetRelativePath(target.Path, file)).Order(StringComparer.Ordinal)];
        target.Commit();
        return new ConversionReport(source.Path, source.Kind, output, kind, writing.Tensors, bytes, names, plan.Dropped);
    }

    private static void Write(ConvertedPart part, string folder, ConversionOptions options, Writing writing, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (CarriedFile file in part.Files)
        {
            AtomicFile.WriteBytes(Path.Combine(folder, file.Name), file.Bytes);
        }

        if (part.Weights is not { } weights)
        {
            return;
        }

        IReadOnlyList<TensorEntry> entries = part.Entries(options.Dtype);
        if (part.WeightsName is { } name)
        {
            SafetensorsWriter.Write(Path.Combine(folder, name), entries, Produce, cancellationToken: cancellationToken);
        }
        else
        {
            ShardedSafetensorsWriter.Write(folder, entries, Produce, options.MaxShardBytes, cancellationToken: cancellationToken);
        }

        Tensor Produce(TensorEntry entry)
        {
            writing.Begin(entry, SafetensorsWriter.Size(folder, entry));
            // The writer looks for overflow as it narrows to float16, and a sum of two tensors is rounded once, by it.
            bool narrows = entry.Dtype == ScalarType.Float16 && weights.Describe(entry.Name).Dtype != ScalarType.Float16;
            return weights.Read(entry.Name, narrows ? ScalarType.Float32 : entry.Dtype);
        }
    }

    /// <summary>Counts what is written, and tells.</summary>
    private sealed class Writing(long total, IProgress<WorkProgress>? progress)
    {
        private long _done;

        public int Tensors { get; private set; }

        public void Begin(TensorEntry entry, long bytes)
        {
            progress?.Report(new WorkProgress(entry.Name, _done, total));
            _done += bytes;
            Tensors++;
        }
    }
}
