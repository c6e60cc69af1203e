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
    /// <exception cref="CommSharpException">No folder, no model in it, or a kind that is not supported; says which are.</exception>
    public static ModelFolder Open(string path, string? visionTower = null)
    {
        if (!Directory.Exists(path))
        {
            throw new CommSharpException($"{path}: there is no such folder; give the folder that holds a model's {HuggingFaceConfigName}.");
        }

        ModelFolder folder = File.Exists(System.IO.Path.Combine(path, CommSharpFolder.ConfigName))
            ? CommSharpFolder.Open(path)
            : OpenHuggingFace(path, visionTower);
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
