namespace CommSharp.Checkpoints;

/// <summary>Finds the weights in a model's folder.</summary>
public static class Checkpoint
{
    // In the order of preference: safetensors need no pickle and are read faster.
    private static readonly string[] FolderNames =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>
    /// Opens a model's folder as Hugging Face lays it out, or one file: <c>*.safetensors</c>, <c>*.bin</c>, <c>*.pth</c>, <c>*.pt</c>,
    /// <c>*.index.json</c>. In a folder safetensors are preferred to .bin, and one file to shards.
    /// </summary>
    /// <param name="folderOrFile">The path.</param>
    /// <exception cref="CheckpointException">Nothing is there, or it cannot be read; says what was looked for.</exception>
    public static ITensorSource Open(string folderOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(folderOrFile);
        if (!Directory.Exists(folderOrFile))
        {
            return OpenFile(folderOrFile);
        }

        string? found = FolderNames.Select(name => Path.Combine(folderOrFile, name)).FirstOrDefault(File.Exists);
        return found is not null
            ? OpenFile(found)
            : throw new CheckpointException(folderOrFile, $"holds no weights; looked for {string.Join(", ", FolderNames)}");
    }

    // Never an index: one that names itself as its shard would be opened for ever.
    internal static ITensorSource OpenShard(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SAFETENSORS" => SafetensorsFile.Open(path),
        ".BIN" or ".PTH" or ".PT" => RestrictedPickleFile.Open(path),
        _ when !File.Exists(path) => throw new CheckpointException(path, "no such file or folder; check the path"),
        _ => throw new CheckpointException(path, "is no checkpoint by its name; expected .safetensors, .bin, .pth, .pt or .index.json"),
    };

    private static ITensorSource OpenFile(string path) =>
        path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase) ? ShardedSource.Open(path) : OpenShard(path);
}
