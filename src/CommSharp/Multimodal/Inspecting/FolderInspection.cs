using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Inspecting;

/// <summary>A part of a model and its size.</summary>
/// <param name="Name">The part.</param>
/// <param name="Parameters">The number of its parameters, those of blocks that nobody reads left out.</param>
public sealed record PartSize(string Name, long Parameters);

/// <summary>What a checkpoint stores in one dtype.</summary>
/// <param name="Dtype">The dtype, by its safetensors name.</param>
/// <param name="Tensors">The number of tensors.</param>
/// <param name="Bytes">What they occupy.</param>
public sealed record StoredBytes(string Dtype, int Tensors, long Bytes);

/// <summary>Where one tensor of the model comes from.</summary>
/// <param name="Part">The part of the model.</param>
/// <param name="Target">The tensor's name in the part's module.</param>
/// <param name="Sources">Its names in the checkpoint; several are stacked.</param>
/// <param name="Shape">The shape of each of them.</param>
public sealed record KeyOrigin(string Part, string Target, IReadOnlyList<string> Sources, IReadOnlyList<long> Shape);

/// <summary>One checkpoint of a folder.</summary>
/// <param name="Location">The file, or the index of the shards.</param>
/// <param name="Stored">What it stores, by dtype.</param>
/// <param name="Report">What would become of every tensor on loading.</param>
public sealed record CheckpointInspection(string Location, IReadOnlyList<StoredBytes> Stored, LoadReport Report);

/// <summary>What a model's folder holds, found without reading a tensor.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Kind">What it holds, in a person's words.</param>
/// <param name="Architecture">The architecture, a line for every part.</param>
/// <param name="Config">The resolved config: every default written out.</param>
/// <param name="Parts">The parameters of every part.</param>
/// <param name="Keys">Where every tensor of the model comes from.</param>
/// <param name="Checkpoints">Every checkpoint of the folder.</param>
/// <param name="UnusedMembers">Members of its config files that nothing uses.</param>
public sealed record FolderInspection(
    string Folder,
    string Kind,
    IReadOnlyList<ArchitectureLine> Architecture,
    JsonNode Config,
    IReadOnlyList<PartSize> Parts,
    IReadOnlyList<KeyOrigin> Keys,
    IReadOnlyList<CheckpointInspection> Checkpoints,
    IReadOnlyList<string> UnusedMembers)
{
    /// <summary>The parameters of the model.</summary>
    public long Parameters => Parts.Sum(part => part.Parameters);

    /// <summary>What the checkpoints occupy.</summary>
    public long StoredSize => Checkpoints.SelectMany(checkpoint => checkpoint.Stored).Sum(stored => stored.Bytes);

    /// <summary>What the weights take in memory as float32.</summary>
    public long Float32Size => Parameters * sizeof(float);

    /// <summary>What the weights take in memory as bfloat16.</summary>
    public long BFloat16Size => Parameters * sizeof(ushort);

    /// <summary>Whether weights and config fit each other.</summary>
    public bool Fits => Checkpoints.All(checkpoint => checkpoint.Report.Fits);

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CommSharpException">The config contradicts itself, or weights cannot be opened.</exception>
    public static FolderInspection Of(ModelFolder folder)
    {
        using FolderModel model = folder.Build(TensorOptions.Meta);
        return new FolderInspection(
            folder.Path,
            folder.Kind,
            [.. ArchitectureLine.Of(folder)],
            ResolvedConfig.Of(folder),
            [.. model.Modules.Select(part => new PartSize(part.Name, part.Module.parameters().Sum(parameter => parameter.numel()))).Where(part => part.Parameters > 0)],
            [.. model.Parts.SelectMany(Origins)],
            [.. model.Checkpoints.Select(checkpoint => Inspect(checkpoint.Path, checkpoint.Parts))],
            folder.UnusedMembers);
    }

    private static IEnumerable<KeyOrigin> Origins(FolderPart part)
    {
        (CheckpointLayout layout, string prefix, nn.Module target) = part.Checkpoint;
        var state = CheckpointPart.State(target);
        return
            from mapping in layout.Mappings()
            where state.ContainsKey(mapping.Target)
            select new KeyOrigin(
                part.Name,
                mapping.Target,
                [.. mapping.Sources.Select(source => prefix + source)],
                mapping.SourceShape(state[mapping.Target].shape));
    }

    private static CheckpointInspection Inspect(string path, IReadOnlyList<CheckpointPart> parts)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        LoadReport report = new CheckpointLoader(weights).Load(parts);
        var stored =
            from name in weights.Names
            let info = weights.Describe(name)
            group info by info.Dtype into same
            select new StoredBytes(StoredDtype.Find(same.Key)!.SafetensorsName, same.Count(), same.Sum(info => info.Bytes));
        return new CheckpointInspection(weights.Location, [.. stored], report);
    }
}
