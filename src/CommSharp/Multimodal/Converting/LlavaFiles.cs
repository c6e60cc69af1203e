using System.Text.Json.Nodes;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using CommSharp.Vision;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Converting;

/// <summary>The configs of a LLaVA-1.5 in Hugging Face's layout, with every value that the weights depend on written out.</summary>
internal static class LlavaFiles
{
    /// <summary>Every small file of the folder.</summary>
    /// <param name="folder">The original.</param>
    /// <param name="options">How it is rewritten.</param>
    /// <param name="rows">The size of the grown vocabulary.</param>
    public static IReadOnlyList<CarriedFile> Of(MultimodalFolder folder, ConversionOptions options, int rows)
    {
        string tower = folder.Config.Vision.Branches[0].Encoder;
        IReadOnlyList<CarriedFile> files = CarriedFiles.Of(folder.Path, dtype: null);
        CarriedFile original = files.First(file => file.Name == ModelFolder.HuggingFaceConfigName);
        CarriedFile? preprocessor = files.Concat(CarriedFiles.Of(tower, dtype: null)).FirstOrDefault(file => file.Name == TowerFolder.PreprocessorName);
        CarriedFile? fitting = folder.Config.Image.Fit == ImageFit.Pad ? Padding(preprocessor, folder.Config) : preprocessor;
        int vocabulary = folder.Config.Language.Architecture.VocabularySize;
        return
        [
            CarriedFiles.Json(ModelFolder.HuggingFaceConfigName, Config(folder.Config, JsonNode.Parse(original.Bytes)!, options, rows)),
            CarriedFiles.Json("processor_config.json", Processor(folder.Config.Vision.Branches[0].Architecture)),
            .. fitting is null ? [] : new[] { fitting },
            .. LlavaVocabulary.Extend(files.Where(file => file != original && file.Name != preprocessor?.Name), folder.Path, vocabulary),
        ];
    }

    /// <summary>
    /// The tower's preprocessor, but that pictures are padded to squares. The original says so in its config, where Hugging Face's class does not look; its CLIPImageProcessor
    /// would cut the middle out.
    /// </summary>
    private static CarriedFile Padding(CarriedFile? tower, MultimodalConfig config)
    {
        int side = config.Vision.Branches[0].Architecture.ImageSize;
        JsonObject json = tower is null
            ? new JsonObject { ["size"] = new JsonObject { ["shortest_edge"] = side }, ["crop_size"] = new JsonObject { ["height"] = side, ["width"] = side } }
            : CarriedFiles.ReadObject(tower.Name, tower.Bytes);
        json.Remove("feature_extractor_type");
        json["image_processor_type"] = "LlavaImageProcessor";
        json["do_pad"] = true;
        json["image_aspect_ratio"] = "pad";
        return CarriedFiles.Json(TowerFolder.PreprocessorName, json);
    }

    private static JsonObject Config(MultimodalConfig config, JsonNode original, ConversionOptions options, int rows)
    {
        VisionTransformerConfig tower = config.Vision.Branches[0].Architecture;
        LlamaConfig language = config.Language.Architecture;
        int image = language.VocabularySize, padding = image + 1;
        return new JsonObject
        {
            ["architectures"] = new JsonArray("LlavaForConditionalGeneration"),
            ["model_type"] = "llava",
            ["ignore_index"] = -100,
            ["image_token_index"] = image,
            ["pad_token_id"] = padding,
            ["image_seq_length"] = tower.NativeGrid.Count,
            ["projector_hidden_act"] = "gelu",
            ["multimodal_projector_bias"] = true,
            ["vision_feature_select_strategy"] = "default",
            ["vision_feature_layer"] = original["mm_vision_select_layer"]?.DeepClone() ?? -2,
            ["torch_dtype"] = options.Dtype is { } dtype ? DtypeName.Format(dtype) : original["torch_dtype"]?.DeepClone(),
            ["vision_config"] = Vision(tower),
            ["text_config"] = Text(language, original, rows, padding),
        };
    }

    private static JsonObject Vision(VisionTransformerConfig tower) => new()
    {
        ["model_type"] = "clip_vision_model",
        ["hidden_size"] = tower.Width,
        ["intermediate_size"] = tower.HiddenWidth,
        ["num_hidden_layers"] = tower.Depth,
        ["num_attention_heads"] = tower.Heads,
        ["image_size"] = tower.ImageSize,
        ["patch_size"] = tower.PatchSize,
        ["layer_norm_eps"] = tower.NormEpsilon,
        ["hidden_act"] = ClipFamily.FormatActivation(tower.Activation),
    };

    private static JsonObject Text(LlamaConfig language, JsonNode original, int rows, int padding) => new()
    {
        ["model_type"] = "llama",
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["vocab_size"] = rows,
        ["hidden_size"] = language.Width,
        ["intermediate_size"] = language.HiddenWidth,
        ["num_hidden_layers"] = language.Depth,
        ["num_attention_heads"] = language.Heads,
        ["num_key_value_heads"] = language.KeyValueHeads,
        ["head_dim"] = language.HeadWidth,
        ["max_position_embeddings"] = language.ContextLength,
        ["rms_norm_eps"] = language.NormEpsilon,
        ["hidden_act"] = "silu",
        ["rope_theta"] = language.RotaryBase,
        ["rope_scaling"] = (original["rope_scaling"] ?? original["rope_parameters"])?.DeepClone(),
        ["tie_word_embeddings"] = language.TiedEmbeddings,
        ["bos_token_id"] = original["bos_token_id"]?.DeepClone(),
        ["eos_token_id"] = original["eos_token_id"]?.DeepClone(),
        ["pad_token_id"] = padding,
    };

    private static JsonObject Processor(VisionTransformerConfig tower) => new()
    {
        ["processor_class"] = "LlavaProcessor",
        ["image_token"] = "<image>",
        ["patch_size"] = tower.PatchSize,
        ["num_additional_image_tokens"] = 1,
        ["vision_feature_select_strategy"] = "default",
    };
}
