using CommSharp.Checkpoints;
using CommSharp.Layers;
using TorchSharp;

namespace CommSharp.Multimodal.Folders;

/// <summary>Which weights of a folder go to which part of a model.</summary>
/// <param name="Path">The folder or file that holds them.</param>
/// <param name="Part">The part, in a person's words.</param>
/// <param name="Layout">How they are named.</param>
/// <param name="Prefix">What stands before every name.</param>
/// <param name="Module">Finds the part in a model.</param>
public sealed record WeightShare(string Path, string Part, CheckpointLayout Layout, string Prefix, Func<MultimodalModel, torch.nn.Module> Module);

/// <summary>A folder with a whole multimodal model, whatever its layout.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Kind">What it holds, in a person's words.</param>
/// <param name="Config">The model that its files describe.</param>
/// <param name="Weights">Where each part's weights are.</param>
public sealed record MultimodalFolder(string Path, string Kind, MultimodalConfig Config, IReadOnlyList<WeightShare> Weights)
    : ModelFolder(Path, Kind)
{
    /// <summary>Loads the model.</summary>
    /// <param name="options">How weights are held.</param>
    /// <returns>The model, and what became of the tensors of each file or folder of weights.</returns>
    /// <exception cref="CheckpointException">Weights cannot be read or do not fit the config.</exception>
    public (MultimodalModel Model, IReadOnlyList<LoadReport> Reports) Load(TensorOptions options)
    {
        var model = new MultimodalModel(Config, options);
        try
        {
            return (model, [.. Weights.GroupBy(share => share.Path).Select(shares => Load(shares.Key, shares, model))]);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static LoadReport Load(string path, IEnumerable<WeightShare> shares, MultimodalModel model)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        LoadReport report = new CheckpointLoader(weights).Load(
            [.. shares.Select(share => new CheckpointPart(share.Layout, share.Prefix, share.Module(model)))]);
        report.RequireFit(weights.Location);
        return report;
    }
}
