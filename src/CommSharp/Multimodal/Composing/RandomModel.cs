using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Composing;

/// <summary>How random weights are drawn.</summary>
public enum RandomWeights
{
    /// <summary>Every tensor from one normal distribution, norms as they start: what a size costs is learned so. One tensor at a time is in memory.</summary>
    Plain,

    /// <summary>As every layer starts its training. One part of the model at a time is in memory.</summary>
    Fresh,
}

/// <summary>
/// Writes a model's folder with random weights throughout: to learn what a size costs in memory and time before the real weights are at hand, or to
/// train from nothing.
/// </summary>
public static class RandomModel
{
    private const double Deviation = 0.02;

    /// <summary>Writes the folder.</summary>
    /// <param name="preset">The model; its towers are CLIP or DINOv2.</param>
    /// <param name="target">The folder; it must not exist yet, or be empty. It appears when it is complete.</param>
    /// <param name="tokenizer">A tokenizer.model to put beside the language model; null for none, so that the model cannot be asked.</param>
    /// <param name="dtype">What weights are stored in.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="weights">How they are drawn.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">A family whose config cannot be written, or the target cannot be written.</exception>
    public static void Write(
        MultimodalConfig preset,
        string target,
        string? tokenizer,
        ScalarType dtype,
        long seed,
        RandomWeights weights = RandomWeights.Plain,
        CancellationToken cancellationToken = default)
    {
        RequireFile(tokenizer);
        MultimodalConfig config = preset with
        {
            Schema = null,
            Untrained = true,
            Vision = preset.Vision with { Branches = [.. preset.Vision.Branches.Select((branch, i) => branch with { Encoder = $"vision/{i + 1}-{branch.Family}" })] },
            Language = preset.Language with { Weights = CompositionPlan.LanguagePath },
        };
        using var folder = new AtomicFolder(target);
        using var generator = new Generator((ulong)seed);
        var drawing = new Drawing(weights, dtype, generator, cancellationToken);
        foreach (VisionBranchConfig branch in config.Vision.Branches)
        {
            WriteConfig(folder[branch.Encoder, ModelFolder.HuggingFaceConfigName], HuggingFaceJson(branch));
            drawing.Write(
                options => new VisionTransformer(branch.Architecture, options), // whole, as released
                VisionFamily.Named(branch.Family).Layout(branch.Architecture),
                (entries, produce) => ShardedSafetensorsWriter.Write(folder[branch.Encoder], entries, produce, cancellationToken: cancellationToken));
        }

        string language = folder[config.Language.Weights, "."];
        WriteLanguage(drawing, config.Language.Architecture, language, tokenizer);
        drawing.Write(
            options => new VisionStack(config.Vision, config.Language.Architecture.Width, options),
            CommSharpFolder.FusionLayout(config),
            (entries, produce) => SafetensorsWriter.Write(folder[CommSharpFolder.FusionName], entries, produce, cancellationToken: cancellationToken));
        Composition.WriteAddedTokens(config.ImageTokens, language);
        ConfigurationFile.Write(folder[CommSharpFolder.ConfigName], config);
        folder.Commit();
    }

    /// <summary>Writes the folder of a language model alone, to be composed with trained towers.</summary>
    /// <param name="architecture">The model; its vocabulary is the tokenizer's.</param>
    /// <param name="target">The folder; it must not exist yet, or be empty. It appears when it is complete.</param>
    /// <param name="tokenizer">A tokenizer.model to put beside it.</param>
    /// <param name="seed">Decides the weights, which are float32 and as every layer starts its training.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">There is no such tokenizer, or the target cannot be written.</exception>
    public static void WriteLanguage(LlamaConfig architecture, string target, string tokenizer, long seed, CancellationToken cancellationToken = default)
    {
        RequireFile(tokenizer);
        using var folder = new AtomicFolder(target);
        using var generator = new Generator((ulong)seed);
        WriteLanguage(new Drawing(RandomWeights.Fresh, ScalarType.Float32, generator, cancellationToken), architecture, folder.Path, tokenizer);
        folder.Commit();
    }

    private static void WriteLanguage(Drawing drawing, LlamaConfig architecture, string folder, string? tokenizer)
    {
        WriteConfig(Path.Combine(folder, ModelFolder.HuggingFaceConfigName), LlamaCheckpoint.WriteConfig(architecture));
        drawing.Write(
            options => new LlamaModel(architecture, options),
            LlamaCheckpoint.Layout(architecture),
            (entries, produce) => ShardedSafetensorsWriter.Write(folder, entries, produce, cancellationToken: drawing.CancellationToken));
        if (tokenizer is not null)
        {
            AtomicFile.WriteBytes(Path.Combine(folder, TokenizerFolder.ModelName), File.ReadAllBytes(tokenizer));
        }
    }

    private static void RequireFile(string? tokenizer)
    {
        if (tokenizer is not null && !File.Exists(tokenizer))
        {
            throw new CommSharpException($"{tokenizer}: there is no such file; check the path");
        }
    }

    /// <summary>Draws one part of the model and hands it to a writer.</summary>
    private sealed record Drawing(RandomWeights Weights, ScalarType Dtype, Generator Generator, CancellationToken CancellationToken)
    {
        public void Write(
            Func<TensorOptions, nn.Module> make, CheckpointLayout layout, Action<IEnumerable<TensorEntry>, Func<TensorEntry, Tensor>> write)
        {
            CancellationToken.ThrowIfCancellationRequested();
            bool isFresh = Weights == RandomWeights.Fresh;
            using DisposeScope scope = NewDisposeScope();
            using nn.Module part = make(isFresh ? new TensorOptions(Dtype, CPU) : TensorOptions.Meta);
            if (isFresh)
            {
                FreshWeights.Draw(part, Generator);
            }

            Dictionary<string, Tensor> tensors = layout.Export(part).ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor);
            write(tensors.Select(tensor => new TensorEntry(tensor.Key, Dtype, tensor.Value.shape)), entry => isFresh ? tensors[entry.Name].detach() : Draw(entry));
        }

        /// <summary>Norms' weights are 1 where their name says what they are; everything else is drawn.</summary>
        private Tensor Draw(TensorEntry entry) => entry.Name.Contains("norm", StringComparison.Ordinal) && entry.Name.EndsWith(".weight", StringComparison.Ordinal)
            ? ones([.. entry.Shape], Dtype)
            : empty([.. entry.Shape], Dtype).normal_(0, Deviation, Generator);
    }

    private static void WriteConfig(string file, JsonObject config) => AtomicFile.WriteText(file, config.ToJsonString(CommJson.Options) + "\n");

    private static JsonObject HuggingFaceJson(VisionBranchConfig branch) => branch.Family is "clip" or "dinov2" or "dinov2-registers"
        ? HuggingFaceTower.Config(branch.Family, branch.Architecture)
        : throw new CommSharpException($"The config of a random \"{branch.Family}\" tower cannot be written; presets with clip and dinov2 can.");
}
