using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Folders;

/// <summary>
/// A folder with a model in it, recognised by what its config says and never by its name: our own, LLaVA-1.5 (Hugging Face's layout or the
/// original), Shikra, Llama and Vicuna, or a single vision tower. Opening reads configs and the directories of weights, no tensor.
/// </summary>
/// <param name="Path">The folder.</param>
/// <param name="Kind">What it holds, in a person's words.</param>
public abstract record ModelFolder(string Path, string Kind)
{
    /// <summary>The config of Hugging Face's layouts.</summary>
    public const string HuggingFaceConfigName = "config.json";

    /// <summary>Members of its config files that nothing here uses; none in our own folders, where unknown members are errors.</summary>
    public IReadOnlyList<string> UnusedMembers { get; init; } = [];

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="visionTower">
    /// The folder of the vision tower, for models that keep it apart (Shikra, some original LLaVA checkpoints); by default it is looked for where
    /// the config says.
    /// </param>
    /// <param name="patches">
    /// Changes to the config of one of our own folders, such as "vision.branches[0].imageSize=224"; see <see cref="ConfigurationPatch"/>.
    /// </param>
    /// <exception cref="CommSharpException">No folder, no model in it, a kind that is not supported, or changes that do not fit; says which are.</exception>
    public static ModelFolder Open(string path, string? visionTower = null, params IReadOnlyList<string> patches)
    {
        if (!Directory.Exists(path))
        {
            throw new CommSharpException($"{path}: there is no such folder; give the folder that holds a model's {HuggingFaceConfigName}.");
        }

        path = System.IO.Path.TrimEndingDirectorySeparator(path); // the folder's name and the folder above it are asked for later
        ModelFolder folder = File.Exists(System.IO.Path.Combine(path, CommSharpFolder.ConfigName))
            ? CommSharpFolder.Open(path, patches)
            : OpenHuggingFace(path, visionTower);
        if (patches.Count > 0 && folder is not MultimodalFolder { Layout: MultimodalLayout.CommSharp })
        {
            throw new CommSharpException($"{path}: only a folder with {CommSharpFolder.ConfigName} takes changes to its config, and this is a {folder.Kind}; leave them out.");
        }

        return visionTower is null || folder is MultimodalFolder { Layout: MultimodalLayout.LlavaOriginal or MultimodalLayout.Shikra }
            ? folder
            : throw new CommSharpException($"{path}: a {folder.Kind} keeps its vision tower itself; leave --vision-tower out.");
    }

    private static ModelFolder OpenHuggingFace(string path, string? visionTower)
    {
        string file = System.IO.Path.Combine(path, HuggingFaceConfigName);
        if (!File.Exists(file))
        {
            throw new CommSharpException($"{path}: this folder holds no model: there is neither {CommSharpFolder.ConfigName} nor {HuggingFaceConfigName} in it.");
        }

        var config = HuggingFaceConfig.Read(file);
        ModelFolder folder = Recognise(path, config, visionTower);
        return folder with { UnusedMembers = [.. folder.UnusedMembers.Concat(config.Unused).Distinct()] };
    }

    /// <summary>Builds the model with uninitialised weights.</summary>
    /// <param name="options">How weights are held; on the meta device they are shapes.</param>
    /// <exception cref="CommSharpException">The config contradicts itself, or weights cannot be opened.</exception>
    internal abstract FolderModel Build(TensorOptions options);

    /// <summary>Compares the shapes of all weights with the config; reads no tensor.</summary>
    /// <returns>For every checkpoint what would become of its tensors.</returns>
    /// <exception cref="CheckpointException">Weights are missing, unexpected or of another shape; names them.</exception>
    internal IReadOnlyList<(string Location, LoadReport Report)> RequireFit()
    {
        using FolderModel shapes = Build(TensorOptions.Meta);
        IReadOnlyList<(string Location, LoadReport Report)> checkpoints = shapes.Load();
        foreach ((string location, LoadReport report) in checkpoints)
        {
            report.RequireFit(location);
        }

        return checkpoints;
    }

    private static ModelFolder Recognise(string path, HuggingFaceConfig config, string? visionTower) => config.ModelType switch
    {
        "llava" when !config.Has("mm_vision_tower") => LlavaFolder.Open(path, config),
        "llava" or "llava_llama" => LlavaOriginalFolder.Open(path, config, visionTower),
        "shikra" => ShikraFolder.Open(path, config, visionTower),
        "llama" => LanguageFolder.Open(path, config),
        _ when VisionFamily.Detect(config) is { } family => TowerFolder.Open(path, config, family),
        string other => throw new ConfigurationException(
            config.File,
            $"the model type \"{other}\" is not supported; supported: llava, llava_llama, shikra, llama, "
                + $"{string.Join(", ", VisionFamily.All.SelectMany(family => family.ModelTypes))}, and timm's deit3_*.",
            "model_type"),
    };
}
