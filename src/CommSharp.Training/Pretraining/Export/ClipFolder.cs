using System.Globalization;
using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Training.Pretraining.Objectives.Clip;
using CommSharp.Vision;
using CommSharp.Vision.Clip;
using CommSharp.Vision.Families;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Export;

/// <summary>A whole CLIP as transformers' CLIPModel reads it: both towers, projections, temperature, and the tokenizer with its end mark.</summary>
internal static class ClipFolder
{
    private const string ConfigName = "config.json", TextPrefix = "text_model.";

    /// <summary>Reads a folder's weights into a model. What a folder with the vision tower alone does not have stays as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CommSharpException">It is no CLIP, or one of another size or another way to compute.</exception>
    public static void Load(ClipModel model, string folder)
    {
        string file = Path.Combine(folder, ConfigName);
        var config = HuggingFaceConfig.Read(file);
        RequireAlike("vision_config", VisionFamily.Named("clip").ReadConfig(config).Block, model.Vision.Config.Block);
        using ITensorSource weights = Checkpoint.Open(folder);
        IReadOnlyList<CheckpointPart> parts = model.Parts();
        bool isWhole = weights.Names.Any(name => name.StartsWith(TextPrefix, StringComparison.Ordinal));
        if (isWhole)
        {
            HuggingFaceConfig text = config.Section("text_config") ?? throw new CommSharpException($"{file}: has no \"text_config\", though {weights.Location} has a text encoder; bring the whole config.json.");
            RequireAlike("text_config", ClipTextConfig.Read(text).Block, model.Text.Config.Block);
        }

        new CheckpointLoader(weights).Load(isWhole ? parts : [.. parts.Where(part => part.Target == model.Vision)]).RequireFit(weights.Location);

        void RequireAlike(string section, EncoderBlockConfig stored, EncoderBlockConfig wanted) // in what no tensor's shape shows
        {
            if (stored.Heads != wanted.Heads)
            {
                throw new CommSharpException($"{file}: \"{section}\" has {stored.Heads} attention heads, but the recipe's has {wanted.Heads}; state \"heads\" as the folder does.");
            }

            RequireSame(section, "hidden_act", ClipFamily.FormatActivation(stored.Activation), ClipFamily.FormatActivation(wanted.Activation));
            RequireSame(section, "layer_norm_eps", Format(stored.NormEpsilon), Format(wanted.NormEpsilon));
        }

        void RequireSame(string section, string member, string stored, string wanted) // no recipe can state these two
        {
            if (stored != wanted)
            {
                throw new CommSharpException(
                    $"{file}: the \"{member}\" of \"{section}\" is {stored}, but a pretraining computes with {wanted}, as OpenAI's CLIP does; start from a CLIP that has the same.");
            }
        }

        static string Format(double epsilon) => epsilon.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Writes the folder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="projectionWidth">The width of the common space.</param>
    /// <param name="tokenizer">The tokenizer.model.</param>
    /// <param name="target">The folder; it must not exist yet.</param>
    /// <param name="dtype">What weights are stored in.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    public static void Write(
        ClipModel model, int projectionWidth, string tokenizer, string target, ScalarType dtype, CancellationToken cancellationToken)
    {
        JsonObject vision = HuggingFaceTower.Config("clip", model.Vision.Config);
        vision["projection_dim"] = projectionWidth;
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray("CLIPModel"),
            ["model_type"] = "clip",
            ["projection_dim"] = projectionWidth,
            ["logit_scale_init_value"] = Math.Log(1 / 0.07),
            ["text_config"] = Text(model.Text.Config, projectionWidth),
            ["vision_config"] = vision,
        };
        HuggingFaceFolder.Write(
            target,
            new Dictionary<string, JsonObject>
            {
                [ConfigName] = config,
                ["preprocessor_config.json"] = HuggingFaceTower.Preprocessor("CLIPImageProcessor", model.Vision.Config.ImageSize, PixelNormalization.Clip),
                ["added_tokens.json"] = new() { [CaptionTokens.EndText] = model.Text.Config.EndOfText },
                ["tokenizer_config.json"] = new()
                {
                    ["tokenizer_class"] = "LlamaTokenizer",
                    ["legacy"] = true,
                    ["add_bos_token"] = true,
                    ["add_eos_token"] = true,
                    ["eos_token"] = CaptionTokens.EndText,
                    ["model_max_length"] = model.Text.Config.ContextLength,
                },
            },
            model.Parts().SelectMany(Tensors),
            dtype,
            new Dictionary<string, string> { ["tokenizer.model"] = tokenizer },
            cancellationToken);
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(CheckpointPart part) => part.Layout.Export(part.Target, part.Prefix);

    private static JsonObject Text(ClipTextConfig text, int projectionWidth) => new()
    {
        ["model_type"] = "clip_text_model",
        ["vocab_size"] = text.VocabularySize,
        ["max_position_embeddings"] = text.ContextLength,
        ["hidden_size"] = text.Block.Width,
        ["intermediate_size"] = text.Block.HiddenWidth,
        ["num_hidden_layers"] = text.Depth,
        ["num_attention_heads"] = text.Block.Heads,
        ["hidden_act"] = ClipFamily.FormatActivation(text.Block.Activation),
        ["layer_norm_eps"] = text.Block.NormEpsilon,
        ["projection_dim"] = projectionWidth,
        ["bos_token_id"] = 1,
        ["eos_token_id"] = text.EndOfText,
        ["pad_token_id"] = 0,
    };
}
