using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Vision;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Folders;

/// <summary>A folder with one vision tower.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Family">The tower's family.</param>
/// <param name="Architecture">The tower's architecture.</param>
public sealed record TowerFolder(string Path, VisionFamily Family, VisionTransformerConfig Architecture)
    : ModelFolder(Path, $"vision tower ({Family.Name})")
{
    internal const string PreprocessorName = "preprocessor_config.json";

    /// <summary>The mean and deviation that the folder's own files state, or null when they state none.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>How the folder's own files fit a picture; without such files it is resized to the size that the tower was trained on.</summary>
    public ImagePreprocessing Preprocessing => System.IO.Path.Combine(Path, PreprocessorName) is var file && File.Exists(file)
        ? ImagePreprocessing.ReadHuggingFace(file)
        : new ImagePreprocessing { Fit = ImageFit.Resize, Size = Architecture.ImageSize };

    /// <summary>Loads the tower.</summary>
    /// <param name="options">How weights are held.</param>
    /// <param name="depth">The number of blocks to build; null for the whole tower.</param>
    /// <exception cref="CheckpointException">The weights cannot be read or do not fit the config.</exception>
    public (VisionTransformer Tower, LoadReport Report) Load(TensorOptions options, int? depth = null)
    {
        using ITensorSource weights = Checkpoint.Open(Path);
        var tower = new VisionTransformer(Architecture, options, depth);
        try
        {
            return (tower, Family.Layout(Architecture).Load(weights, tower));
        }
        catch
        {
            tower.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder whose config names a family; used where a model keeps its tower apart, too.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CommSharpException">The folder holds no vision tower.</exception>
    public static TowerFolder Open(string path)
    {
        var config = HuggingFaceConfig.Read(System.IO.Path.Combine(path, HuggingFaceConfigName));
        VisionFamily family = VisionFamily.Detect(config)
            ?? throw new ConfigurationException(config.File, $"the model type \"{config.ModelType}\" is no vision tower.", "model_type");
        return Open(path, config, family);
    }

    internal override FolderModel Build(TensorOptions options)
    {
        using ITensorSource weights = Checkpoint.Open(Path);
        CheckpointLayout layout = Family.Layout(Architecture);
        var tower = new VisionTransformer(Architecture, options);
        return new FolderModel(tower, [("tower", tower)], [new FolderPart("tower", Path, new CheckpointPart(layout, layout.FindPrefix(weights.Names), tower))]);
    }

    internal static TowerFolder Open(string path, HuggingFaceConfig config, VisionFamily family) =>
        new(path, family, family.ReadConfig(config)) { UnusedMembers = config.Unused, Normalization = ReadNormalization(path, config) };

    private static PixelNormalization? ReadNormalization(string path, HuggingFaceConfig config)
    {
        string file = System.IO.Path.Combine(path, PreprocessorName);
        (HuggingFaceConfig? source, string mean, string deviation) = File.Exists(file)
            ? (HuggingFaceConfig.Read(file), "image_mean", "image_std")
            : (config.Section("pretrained_cfg"), "mean", "std");
        if (source?.Numbers(mean) is not { Count: 3 } means || source.Numbers(deviation) is not { Count: 3 } deviations)
        {
            return null;
        }

        var normalization = new PixelNormalization(means, deviations);
        normalization.Validate(source.Check);
        return normalization;
    }
}
