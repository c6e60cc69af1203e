using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Inspecting;

/// <summary>A stored tensor with elements that are no numbers.</summary>
/// <param name="Location">The checkpoint.</param>
/// <param name="Name">The tensor.</param>
/// <param name="NotANumber">How many of its elements are NaN.</param>
/// <param name="Infinite">How many of its elements are infinite.</param>
public sealed record BadValues(string Location, string Name, long NotANumber, long Infinite)
{
    /// <summary>Reads every tensor of a folder, one at a time.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The tensors with NaN or infinite elements.</returns>
    /// <exception cref="CheckpointException">Weights cannot be read.</exception>
    public static IReadOnlyList<BadValues> Find(ModelFolder folder, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using FolderModel model = folder.Build(TensorOptions.Meta);
        var found = new List<BadValues>();
        string[] paths = [.. model.Parts.Select(part => part.Path).Distinct()];
        long total = paths.Sum(Size), done = 0;
        foreach (string path in paths)
        {
            using ITensorSource weights = Checkpoint.Open(path);
            foreach (string name in weights.Names)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new WorkProgress(name, done, total));
                if (Look(weights, name) is { } bad)
                {
                    found.Add(bad);
                }

                done += weights.Describe(name).Bytes;
            }
        }

        return found;
    }

    private static long Size(string path)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        return weights.Names.Sum(name => weights.Describe(name).Bytes);
    }

    /// <summary>A sum is ten times as fast as a look at each element, and finite only when all of them are.</summary>
    private static BadValues? Look(ITensorSource weights, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tensor = weights.Read(name);
        if (!tensor.is_floating_point() || double.IsFinite(tensor.sum(ScalarType.Float32).item<float>()) || tensor.isfinite().all().item<bool>())
        {
            return null;
        }

        return new BadValues(weights.Location, name, tensor.isnan().sum().item<long>(), tensor.isinf().sum().item<long>());
    }
}
