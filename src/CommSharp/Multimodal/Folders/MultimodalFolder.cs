using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Vision;
using TorchSharp;

namespace CommSharp.Multimodal.Folders;

/// <summary>Which weights of a folder go to which part of a model.</summary>
/// <param name="Path">The folder or file that holds them.</param>
/// <param name="Part">The part, in a person's words.</param>
/// <param name="Layout">How they are named.</param>
/// <param name="Prefix">What stands before every name.</param>
/// <param name="Module">Finds the part in a model.</param>
public sealed record WeightShare(string Path, string Part, CheckpointLayout Layout, string Prefix, Func<MultimodalModel, torch.nn.Module> Module);

/// <summary>Whose files a multimodal folder holds.</summary>
public enum MultimodalLayout
{
    /// <summary>Ours: commsharp.json, and every part in a folder of its own.</summary>
    CommSharp,

    /// <summary>LLaVA-1.5 as Hugging Face stores it.</summary>
    Llava,

    /// <summary>LLaVA-1.5 as its authors stored it.</summary>
    LlavaOriginal,

    /// <summary>Shikra.</summary>
    Shikra,
}

/// <summary>A folder with a whole multimodal model, whatever its layout.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Layout">Whose files it holds.</param>
/// <param name="Config">The model that its files describe.</param>
/// <param name="Weights">Where each part's weights are.</param>
public sealed record MultimodalFolder(string Path, MultimodalLayout Layout, MultimodalConfig Config, IReadOnlyList<WeightShare> Weights)
    : ModelFolder(Path, Describe(Layout))
{
    /// <summary>Looks what a folder holds, and refuses what is no whole multimodal model.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="visionTower">The vision tower's folder, for models that keep it apart.</param>
    /// <param name="patches">Changes to the config of one of our own folders: see <see cref="ModelFolder.Open"/>.</param>
    /// <exception cref="CommSharpException">It is no such folder, its config cannot be read, or a change does not fit.</exception>
    public static new MultimodalFolder Open(string path, string? visionTower = null, params IReadOnlyList<string> patches) =>
        ModelFolder.Open(path, visionTower, patches) as MultimodalFolder
        ?? throw new CommSharpException($"{path}: this model does not see and speak; give the folder of a whole multimodal model.");

    /// <summary>The folder of the language model's own files, the tokenizer among them.</summary>
    public string LanguagePath => System.IO.Path.Combine(Path, Config.Language.Weights);

    /// <summary>The floating-point type of most of the language model's weights, which are most of a model; float32 where there are none.</summary>
    public torch.ScalarType StoredDtype()
    {
        WeightShare language = Weights.Single(share => share.Part == "language");
        using ITensorSource weights = Checkpoint.Open(language.Path);
        return weights.Names.Select(weights.Describe)
            .Where(info => Checkpoints.StoredDtype.Find(info.Dtype) is { IsFloating: true }) // a model that was quantized holds more integers; what does not fit is told where it is loaded
            .GroupBy(info => info.Dtype)
            .MaxBy(infos => infos.Sum(info => info.Bytes))?.Key ?? torch.ScalarType.Float32;
    }

    /// <summary>Loads the model.</summary>
    /// <param name="options">How weights are held.</param>
    /// <param name="maps">Whether parameters may take the files' own memory: see <see cref="CheckpointLoader"/>.</param>
    /// <returns>The model, and what became of the tensors of each file or folder of weights.</returns>
    /// <exception cref="CheckpointException">Weights cannot be read or do not fit the config.</exception>
    public (MultimodalModel Model, IReadOnlyList<LoadReport> Reports) Load(TensorOptions options, bool maps = false) =>
        Load(PartOptions.Alike(options), maps);

    /// <summary>Loads the model with parts that are held differently.</summary>
    /// <param name="options">How each part's weights are held.</param>
    /// <param name="maps">Whether parameters may take the files' own memory: see <see cref="CheckpointLoader"/>.</param>
    /// <returns>The model, and what became of the tensors of each file or folder of weights.</returns>
    /// <exception cref="CheckpointException">Weights cannot be read or do not fit the config.</exception>
    public (MultimodalModel Model, IReadOnlyList<LoadReport> Reports) Load(PartOptions options, bool maps = false) =>
        Load(new MultimodalModel(Config, options), maps);

    /// <summary>
    /// Loads towers, merges, projections and projector only, for work on pictures alone. The decoder has shapes without memory (the meta device): its
    /// weights are compared with the config and not read.
    /// </summary>
    /// <param name="options">How weights are held.</param>
    /// <returns>The model, and what became of the tensors of each file or folder of weights.</returns>
    /// <exception cref="CheckpointException">Weights cannot be read or do not fit the config.</exception>
    public (MultimodalModel Model, IReadOnlyList<LoadReport> Reports) LoadVision(TensorOptions options) =>
        Load(new MultimodalModel(Config, new PartOptions(options, options, TensorOptions.Meta)));

    /// <summary>Loads one tower alone, to another depth than the model's own.</summary>
    /// <param name="branch">Which one, counted from 0.</param>
    /// <param name="depth">The number of blocks to build.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CheckpointException">Weights cannot be read, or the tower's are not there.</exception>
    public VisionTransformer LoadTower(int branch, int depth, TensorOptions options)
    {
        WeightShare share = Weights[branch]; // towers come first
        var tower = new VisionTransformer(Config.Vision.Branches[branch].Architecture, options, depth);
        try
        {
            using ITensorSource weights = Checkpoint.Open(share.Path);
            LoadReport report = new CheckpointLoader(weights).Load(new CheckpointPart(share.Layout, share.Prefix, tower));
            (report with { Unexpected = [] }).RequireFit(weights.Location); // the other parts' weights may lie in the same file
            return tower;
        }
        catch
        {
            tower.Dispose();
            throw;
        }
    }

    internal override FolderModel Build(TensorOptions options) => Modules(new MultimodalModel(Config, options));

    private (MultimodalModel Model, IReadOnlyList<LoadReport> Reports) Load(MultimodalModel model, bool maps = false)
    {
        try
        {
            (string Location, LoadReport Report)[] loaded = [.. Modules(model).Load(maps)];
            foreach ((string location, LoadReport report) in loaded)
            {
                report.RequireFit(location);
            }

            return (model, [.. loaded.Select(each => each.Report)]);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private FolderModel Modules(MultimodalModel model) => new(
        model,
        [
            .. model.Vision.Branches.SelectMany((branch, i) => new (string, torch.nn.Module)[]
            {
                ($"tower {i + 1}", branch.Tower), ($"merge {i + 1}", branch.Merge), ($"projection {i + 1}", branch.Projection),
            }),
            ("projector", model.Vision.Projector),
            ("language", model.Language),
        ],
        [.. Weights.Select(share => new FolderPart(share.Part, share.Path, new CheckpointPart(share.Layout, share.Prefix, share.Module(model))))]);

    private static string Describe(MultimodalLayout layout) => layout switch
    {
        MultimodalLayout.CommSharp => "CommSharp model",
        MultimodalLayout.Llava => "LLaVA-1.5 (Hugging Face layout)",
        MultimodalLayout.LlavaOriginal => "LLaVA-1.5 (original layout)",
        MultimodalLayout.Shikra => "Shikra",
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "Unknown layout."),
    };
}
