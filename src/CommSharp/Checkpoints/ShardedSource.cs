using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// The shards of one checkpoint, by its Hugging Face index (<c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>), whose
/// <c>weight_map</c> says for every tensor in which file beside the index it lies. All shards are opened at once, so that a missing or damaged
/// one is known before anything is loaded.
/// </summary>
public sealed class ShardedSource : ITensorSource
{
    private readonly OrderedDictionary<string, ITensorSource> _shardOfTensor = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ITensorSource> _shards = new(StringComparer.Ordinal);

    private ShardedSource(string indexPath) => Location = indexPath;

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _shardOfTensor.Keys;

    /// <summary>Opens an index and all the files that it names.</summary>
    /// <param name="indexPath">The <c>*.index.json</c>; the shards lie in its folder.</param>
    /// <exception cref="CheckpointException">The index cannot be read or names files outside its folder, a shard is missing or damaged, or
    /// the index and the shards disagree about where a tensor is.</exception>
    public static ShardedSource Open(string indexPath)
    {
        var map = ShardIndex.Read(indexPath);
        var source = new ShardedSource(indexPath);
        try
        {
            source.OpenShards(map.Values.Distinct(StringComparer.Ordinal).ToList());
            foreach (var (name, shard) in map)
            {
                source._shardOfTensor.Add(name, source._shards[shard]);
            }

            source.CheckAgreement(map);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TensorInfo Describe(string name) => Shard(name).Describe(name);

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination) => Shard(name).ReadInto(name, destination);

    /// <inheritdoc/>
    public Tensor? TryMap(string name) => Shard(name).TryMap(name);

    /// <summary>Closes all shards.</summary>
    public void Dispose()
    {
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private ITensorSource Shard(string name) =>
        _shardOfTensor.TryGetValue(name, out var shard) ? shard : throw Destination.NoSuchTensor(Location, name);

    private void OpenShards(List<string> files)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(Location))!;
        var missing = files.Where(f => !File.Exists(Path.Combine(folder, f))).ToList();
        if (missing.Count > 0)
        {
            throw new CheckpointException(Location,
                $"{missing.Count} of {files.Count} shards are missing: {Printable.Names(missing)}; download them into the same folder");
        }

        foreach (string file in files)
        {
            _shards.Add(file, Checkpoint.OpenShard(Path.Combine(folder, file)));
        }
    }

    private void CheckAgreement(OrderedDictionary<string, string> map)
    {
        var promised = map.ToLookup(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal);
        foreach (var (file, shard) in _shards)
        {
            Disagree(file, "should hold", promised[file].Except(shard.Names, StringComparer.Ordinal).ToList());
            Disagree(file, "holds, without the index saying so,", shard.Names.Except(promised[file], StringComparer.Ordinal).ToList());
        }
    }

    private void Disagree(string file, string what, List<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        throw new CheckpointException(Location,
            $"shard {Printable.Name(file)} {what} {Printable.Names(names)}; index and shards are not of one checkpoint, download both again",
            names[0]);
    }
}
