using System.Text.Json.Nodes;
using CommSharp.Imaging;

namespace CommSharp.Vision.Families;

/// <summary>Writes what Hugging Face's classes read of a tower beside its weights.</summary>
internal static class HuggingFaceTower
{
    private const int Bicubic = 3; // Pillow's number

    /// <summary>The config.json of a tower alone.</summary>
    /// <param name="family">The family's name: clip, dinov2, dinov2-registers, mae, vit or deit.</param>
    /// <param name="tower">The architecture, as the family's own ones are.</param>
    /// <exception cref="CommSharpException">A family whose config cannot be written.</exception>
    internal static JsonObject Config(string family, VisionTransformerConfig tower)
    {
        JsonObject config = Sizes(tower);
        switch (family)
        {
            case "clip":
                config["model_type"] = "clip_vision_model";
                config["intermediate_size"] = tower.HiddenWidth;
                break;
            case "dinov2" or "dinov2-registers":
                AddDino(config, tower);
                break;
            case "mae" or "vit" or "deit":
                config["model_type"] = family == "mae" ? "vit_mae" : family;
                config["intermediate_size"] = tower.HiddenWidth;
                config["qkv_bias"] = true;
                break;
            default:
                throw new CommSharpException($"The config of a \"{family}\" tower cannot be written; those of clip, dinov2, mae, vit and deit can.");
        }

        return config;
    }

    /// <summary>The preprocessor_config.json of square pictures of a size: the shorter edge is resized to it, and the middle is cut out.</summary>
    internal static JsonObject Preprocessor(string processor, int size, PixelNormalization normalization) => new()
    {
        ["image_processor_type"] = processor,
        ["do_resize"] = true,
        ["size"] = new JsonObject { ["shortest_edge"] = size },
        ["do_center_crop"] = true,
        ["crop_size"] = new JsonObject { ["height"] = size, ["width"] = size },
        ["resample"] = Bicubic,
        ["do_rescale"] = true,
        ["rescale_factor"] = 1 / 255.0,
        ["do_normalize"] = true,
        ["image_mean"] = new JsonArray([.. normalization.Mean.Select(value => JsonValue.Create(value))]),
        ["image_std"] = new JsonArray([.. normalization.Deviation.Select(value => JsonValue.Create(value))]),
    };

    private static JsonObject Sizes(VisionTransformerConfig tower) => new()
    {
        ["hidden_size"] = tower.Width,
        ["num_hidden_layers"] = tower.Depth,
        ["num_attention_heads"] = tower.Heads,
        ["image_size"] = tower.ImageSize,
        ["patch_size"] = tower.PatchSize,
        ["layer_norm_eps"] = tower.NormEpsilon,
        ["hidden_act"] = ClipFamily.FormatActivation(tower.Activation),
    };

    private static void AddDino(JsonObject config, VisionTransformerConfig tower)
    {
        config["model_type"] = "dinov2";
        config["mlp_ratio"] = DinoV2Family.MlpRatio(tower);
        if (tower.FeedForward == FeedForwardKind.SwiGlu)
        {
            config["use_swiglu_ffn"] = true;
        }

        if (tower.RegisterTokens > 0)
        {
            config["model_type"] = "dinov2_with_registers";
            config["num_register_tokens"] = tower.RegisterTokens;
        }
    }
}
