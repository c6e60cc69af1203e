using CommSharp.Checkpoints;
using TorchSharp;

namespace CommSharp.Multimodal.Folders;

/// <summary>A part of a folder's model, and the tensors of a checkpoint that belong to it.</summary>
/// <param name="Name">The part, in a person's words.</param>
/// <param name="Path">The folder or file that holds its weights.</param>
/// <param name="Checkpoint">How they are named there, and the module.</param>
internal sealed record FolderPart(string Name, string Path, CheckpointPart Checkpoint);

/// <summary>A folder's model built as modules; on the meta device it has shapes only and costs nothing.</summary>
/// <param name="Root">The whole.</param>
/// <param name="Modules">Its parts for a person who asks where the parameters are.</param>
/// <param name="Parts">Its parts as they are stored.</param>
internal sealed record FolderModel(
    torch.nn.Module Root,
    IReadOnlyList<(string Name, torch.nn.Module Module)> Modules,
    IReadOnlyList<FolderPart> Parts) : IDisposable
{
    /// <summary>Every checkpoint of the folder, with the parts that it holds.</summary>
    public IEnumerable<(string Path, IReadOnlyList<CheckpointPart> Parts)> Checkpoints =>
        from parts in Parts.GroupBy(part => part.Path)
        let others = Parts.Where(other => other.Path != parts.Key).Select(other => other.Checkpoint.Target).ToArray()
        select (parts.Key, (IReadOnlyList<CheckpointPart>)[.. parts.Select(part => Without(part.Checkpoint, others))]);

    /// <summary>Reads the weights, or on the meta device only compares the shapes.</summary>
    /// <param name="maps">Whether parameters may take the files' own memory.</param>
    /// <returns>For every checkpoint what became of its tensors.</returns>
    /// <exception cref="CheckpointException">Weights cannot be read.</exception>
    public IReadOnlyList<(string Location, LoadReport Report)> Load(bool maps = false) =>
        [.. Checkpoints.Select(checkpoint => Load(checkpoint.Path, checkpoint.Parts, maps))];

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    /// <summary>A vision stack holds its towers, whose weights may lie elsewhere.</summary>
    private static CheckpointPart Without(CheckpointPart part, IEnumerable<torch.nn.Module> others)
    {
        HashSet<torch.nn.Module> inside = [.. part.Target.modules()];
        return part with { Elsewhere = [.. others.Where(inside.Contains)] };
    }

    private static (string Location, LoadReport Report) Load(string path, IReadOnlyList<CheckpointPart> parts, bool maps)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        return (weights.Location, new CheckpointLoader(weights, maps).Load(parts));
    }
}
