using System.Text.Json.Nodes;
using CommSharp.Imaging;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Export;

/// <summary>Single towers in Hugging Face's layout.</summary>
internal static class TowerFolders
{
    /// <summary>A teacher as Dinov2Model; the mask token goes with it.</summary>
    public static void WriteDino(VisionTransformer tower, Tensor maskToken, string target, ScalarType dtype, CancellationToken cancellationToken) => Write(
        "dinov2",
        "Dinov2Model",
        "BitImageProcessor",
        tower,
        "",
        [("embeddings.mask_token", maskToken)],
        _ => { },
        target,
        dtype,
        cancellationToken);

    /// <summary>A tower with what stands beside it.</summary>
    /// <param name="family">The family.</param>
    /// <param name="architecture">Hugging Face's class.</param>
    /// <param name="processor">Hugging Face's class for pictures.</param>
    /// <param name="tower">The tower.</param>
    /// <param name="prefix">Put before the tower's names.</param>
    /// <param name="beside">Further tensors.</param>
    /// <param name="complete">Adds members to the config.</param>
    /// <param name="target">The folder; it must not exist yet.</param>
    /// <param name="dtype">What weights are stored in.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    public static void Write(
        string family,
        string architecture,
        string processor,
        VisionTransformer tower,
        string prefix,
        IEnumerable<(string Name, Tensor Tensor)> beside,
        Action<JsonObject> complete,
        string target,
        ScalarType dtype,
        CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        JsonObject config = HuggingFaceTower.Config(family, tower.Config);
        config["architectures"] = new JsonArray(architecture);
        complete(config);
        HuggingFaceFolder.Write(
            target,
            new Dictionary<string, JsonObject>
            {
                ["config.json"] = config,
                ["preprocessor_config.json"] = HuggingFaceTower.Preprocessor(processor, tower.Config.ImageSize, PixelNormalization.ImageNet),
            },
            VisionFamily.Named(family).Layout(tower.Config).Export(tower, prefix).Concat(beside),
            dtype,
            new Dictionary<string, string>(),
            cancellationToken);
    }
}
