using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Text;
using CommSharp.Vision;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Folders;

/// <summary>LLaVA-1.5 as Hugging Face stores it (transformers, models/llava): llava-hf/llava-1.5-7b-hf and its like.</summary>
internal static class LlavaFolder
{
    /// <summary>Since transformers 4.52 everything but the head stands below this name.</summary>
    private const string NewerBody = "model.language_model.";

    internal static MultimodalFolder Open(string path, HuggingFaceConfig config)
    {
        VisionBranchConfig branch = Branch(path, config);
        HuggingFaceConfig text = config.Section("text_config")
            ?? throw new ConfigurationException(config.File, "the section \"text_config\" is missing.", "text_config");
        text.Require("model_type", "llama");
        LlamaConfig language = LlamaCheckpoint.ReadConfig(text);
        config.Require("multimodal_projector_bias", true);
        var model = new MultimodalConfig
        {
            Name = Path.GetFileName(Path.GetFullPath(path)),
            Vision = new VisionStackConfig
            {
                Branches = [branch],
                Projector = new MlpProjection { HiddenWidth = language.Width, Activation = Activation(config) },
            },
            Language = new LanguageModelConfig { Weights = ".", Architecture = language },
            ImageTokens = new ImageTokens { Placeholder = config.WholeNumber(config.Has("image_token_id") ? "image_token_id" : "image_token_index", 32000) },
        };
        return new MultimodalFolder(path, MultimodalLayout.Llava, Conventions(model, preprocessor: path), Weights(path, model));
    }

    /// <summary>A picture stands on a line of its own before the question; boxes have 2 decimals; pictures are fitted as the preprocessor's file says.</summary>
    /// <param name="config">The model.</param>
    /// <param name="preprocessor">The folder of preprocessor_config.json; without the file, CLIP's own way is taken: shortest edge, then the middle.</param>
    internal static MultimodalConfig Conventions(MultimodalConfig config, string preprocessor)
    {
        string file = Path.Combine(preprocessor, TowerFolder.PreprocessorName);
        return config with
        {
            Prompt = PromptTemplate.Vicuna with { Image = new ImageLayout { Place = ImagePlace.FirstLine, StartsText = true } },
            Image = File.Exists(file)
                ? ImagePreprocessing.ReadHuggingFace(file)
                : new ImagePreprocessing { Fit = ImageFit.Crop, Size = config.Vision.Branches[0].Architecture.ImageSize },
            Boxes = BoxFormat.Llava,
        };
    }

    private static VisionBranchConfig Branch(string path, HuggingFaceConfig config)
    {
        HuggingFaceConfig vision = config.Section("vision_config")
            ?? throw new ConfigurationException(config.File, "the section \"vision_config\" is missing.", "vision_config");
        VisionFamily family = VisionFamily.Detect(vision)
            ?? throw vision.Unsupported("model_type", string.Join(", ", VisionFamily.All.SelectMany(known => known.ModelTypes)));
        VisionTransformerConfig architecture = family.ReadConfig(vision);
        config.Require("vision_feature_select_strategy", "default"); // "full" would keep the class token
        IReadOnlyList<int> layers = config.WholeNumbers("vision_feature_layer");
        if (!IsAscending(layers, architecture.Depth))
        {
            throw config.Unsupported("vision_feature_layer", "one layer, or a list in ascending order"); // layers are joined in the list's order
        }

        return new VisionBranchConfig
        {
            Encoder = path,
            Family = family.Name,
            Architecture = architecture,
            Layers = LayerSelection.Of(layers.Count == 0 ? [-2] : layers),
            Merge = layers.Count > 1 ? new ConcatMerge() : new SelectMerge(),
        };
    }

    /// <summary>Negative numbers count from the end: -1 is the last block.</summary>
    private static bool IsAscending(IReadOnlyList<int> layers, int depth)
    {
        int[] blocks = [.. layers.Select(layer => layer < 0 ? depth + 1 + layer : layer)];
        return blocks.Zip(blocks.Skip(1)).All(pair => pair.First < pair.Second);
    }

    private static ActivationKind Activation(HuggingFaceConfig config) => config.Text("projector_hidden_act", "gelu") switch
    {
        "gelu" => ActivationKind.Gelu,
        _ => throw config.Unsupported("projector_hidden_act", "gelu"),
    };

    private static List<WeightShare> Weights(string path, MultimodalConfig config)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        bool newer = weights.Names.Any(name => name.StartsWith(NewerBody, StringComparison.Ordinal));
        VisionBranchConfig branch = config.Vision.Branches[0];
        CheckpointLayout tower = VisionFamily.Named(branch.Family).Layout(branch.Architecture);
        CheckpointLayout language = newer
            ? LlamaCheckpoint.Layout(config.Language.Architecture, NewerBody)
            : LlamaCheckpoint.Layout(config.Language.Architecture);
        return
        [
            new WeightShare(path, "tower", tower, tower.FindPrefix(weights.Names), model => model.Vision.Branches[0].Tower),
            new WeightShare(path, "projector", Projector, newer ? "model." : "", model => model.Vision.Projector),
            new WeightShare(path, "language", language, language.FindPrefix(weights.Names), model => model.Language),
        ];
    }

    internal static CheckpointLayout Projector { get; } = new(
        "llava-projector",
        ["", "model."],
        [
            .. BertStyleRules.Pair("multi_modal_projector.linear_1", "blocks.0.input"),
            .. BertStyleRules.Pair("multi_modal_projector.linear_2", "blocks.0.output"),
        ]);
}
