using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Language;
using CommSharp.Layers;

namespace CommSharp.Multimodal.Folders;

/// <summary>A folder with a Llama-family language model: Llama, Vicuna.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Architecture">The decoder's architecture.</param>
public sealed record LanguageFolder(string Path, LlamaConfig Architecture)
    : ModelFolder(Path, "language model (llama)")
{
    /// <summary>Loads the decoder.</summary>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CheckpointException">The weights cannot be read or do not fit the config.</exception>
    public (LlamaModel Model, LoadReport Report) Load(TensorOptions options)
    {
        using ITensorSource weights = Checkpoint.Open(Path);
        var model = new LlamaModel(Architecture, options);
        try
        {
            return (model, LlamaCheckpoint.Layout(Architecture).Load(weights, model));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder of Hugging Face's Llama layout.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CommSharpException">The folder holds no Llama.</exception>
    public static LanguageFolder Open(string path)
    {
        var config = HuggingFaceConfig.Read(System.IO.Path.Combine(path, HuggingFaceConfigName));
        return config.ModelType == "llama"
            ? Open(path, config)
            : throw new ConfigurationException(config.File, $"the model type \"{config.ModelType}\" is no Llama-family language model.", "model_type");
    }

    internal override FolderModel Build(TensorOptions options)
    {
        using ITensorSource weights = Checkpoint.Open(Path);
        CheckpointLayout layout = LlamaCheckpoint.Layout(Architecture);
        var model = new LlamaModel(Architecture, options);
        return new FolderModel(model, [("language", model)], [new FolderPart("language", Path, new CheckpointPart(layout, layout.FindPrefix(weights.Names), model))]);
    }

    internal static LanguageFolder Open(string path, HuggingFaceConfig config) =>
        new(path, LlamaCheckpoint.ReadConfig(config)) { UnusedMembers = config.Unused };
}
