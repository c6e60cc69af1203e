using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Folders;

/// <summary>
/// Our own folder: commsharp.json, the merges, projections and projector in fusion.safetensors, and every tower and the language model in
/// folders of Hugging Face's layout, which anybody's software reads.
/// </summary>
internal static class CommSharpFolder
{
    internal const string ConfigName = "commsharp.json";
    internal const string FusionName = "fusion.safetensors";

    internal static MultimodalFolder Open(string path, params IReadOnlyList<string> patches)
    {
        MultimodalConfig config = ConfigurationFile.Read<MultimodalConfig>(Path.Combine(path, ConfigName), patches);
        if (config.Format != MultimodalConfig.CurrentFormat)
        {
            throw new ConfigurationException(
                Path.Combine(path, ConfigName), $"\"format\" is {config.Format}, but this version reads {MultimodalConfig.CurrentFormat}.", "format");
        }

        config.Validate(Path.Combine(path, ConfigName));
        return new MultimodalFolder(path, MultimodalLayout.CommSharp, config, [.. Weights(path, config)]);
    }

    /// <summary>The names of fusion.safetensors are those of the modules: every one of the stack but its towers'.</summary>
    internal static CheckpointLayout FusionLayout(MultimodalConfig config)
    {
        using var stack = new VisionStack(config.Vision, config.Language.Architecture.Width, TensorOptions.Meta);
        return new CheckpointLayout(
            "commsharp-fusion",
            [""],
            [.. FusionTensors(stack).Select(name => new Rename(name, name))]);
    }

    /// <summary>The tensors of a stack that are not a tower's.</summary>
    internal static IEnumerable<string> FusionTensors(VisionStack stack) =>
        stack.state_dict().Keys.Where(name => !name.Contains(".tower.", StringComparison.Ordinal));

    private static IEnumerable<WeightShare> Weights(string path, MultimodalConfig config)
    {
        for (int i = 0; i < config.Vision.Branches.Count; i++)
        {
            int index = i;
            VisionBranchConfig branch = config.Vision.Branches[i];
            string folder = Path.Combine(path, branch.Encoder);
            CheckpointLayout layout = VisionFamily.Named(branch.Family).Layout(branch.Architecture);
            using ITensorSource weights = Checkpoint.Open(folder);
            yield return new WeightShare(folder, $"tower {i + 1}", layout, layout.FindPrefix(weights.Names), model => model.Vision.Branches[index].Tower);
        }

        yield return new WeightShare(Path.Combine(path, FusionName), "fusion", FusionLayout(config), "", model => model.Vision);
        yield return new WeightShare(Path.Combine(path, config.Language.Weights), "language", LlamaCheckpoint.Layout(config.Language.Architecture), "", model => model.Language);
    }
}
