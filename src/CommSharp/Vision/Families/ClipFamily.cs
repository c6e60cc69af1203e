using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Layers;

namespace CommSharp.Vision.Families;

/// <summary>CLIP's vision tower, as Hugging Face stores it alone or inside a whole CLIP (transformers, models/clip).</summary>
internal static class ClipFamily
{
    internal static VisionFamily Family { get; } =
        new("clip", ["clip_vision_model", "clip"], ReadConfig, Layout, PixelNormalization.Clip);

    /// <summary>"quick_gelu" is OpenAI's; retrained CLIPs such as LAION's use the exact one.</summary>
    internal static ActivationKind ReadActivation(HuggingFaceConfig config, string fallback) => config.Text("hidden_act", fallback) switch
    {
        "gelu" => ActivationKind.Gelu,
        "gelu_pytorch_tanh" or "gelu_new" => ActivationKind.GeluTanh,
        "quick_gelu" => ActivationKind.QuickGelu,
        "silu" or "swish" => ActivationKind.Silu,
        _ => throw config.Unsupported("hidden_act", "gelu, gelu_pytorch_tanh, quick_gelu, silu"),
    };

    /// <summary>The name that <see cref="ReadActivation"/> reads.</summary>
    internal static string FormatActivation(ActivationKind activation) => activation switch
    {
        ActivationKind.QuickGelu => "quick_gelu",
        ActivationKind.Gelu => "gelu",
        ActivationKind.GeluTanh => "gelu_pytorch_tanh",
        _ => "silu",
    };

    /// <summary>The rules of one encoder block, shared by both of CLIP's towers.</summary>
    internal static IReadOnlyList<KeyRule> BlockRules { get; } =
    [
        new Rename("encoder.layers.{i}.layer_norm1.weight", "blocks.{i}.norm1.weight"),
        new Rename("encoder.layers.{i}.layer_norm1.bias", "blocks.{i}.norm1.bias"),
        new Fuse([.. Attention("weight")], "blocks.{i}.attention.qkv.weight"),
        new Fuse([.. Attention("bias")], "blocks.{i}.attention.qkv.bias"),
        new Rename("encoder.layers.{i}.self_attn.out_proj.weight", "blocks.{i}.attention.output.weight"),
        new Rename("encoder.layers.{i}.self_attn.out_proj.bias", "blocks.{i}.attention.output.bias"),
        new Rename("encoder.layers.{i}.layer_norm2.weight", "blocks.{i}.norm2.weight"),
        new Rename("encoder.layers.{i}.layer_norm2.bias", "blocks.{i}.norm2.bias"),
        new Rename("encoder.layers.{i}.mlp.fc1.weight", "blocks.{i}.feedForward.input.weight"),
        new Rename("encoder.layers.{i}.mlp.fc1.bias", "blocks.{i}.feedForward.input.bias"),
        new Rename("encoder.layers.{i}.mlp.fc2.weight", "blocks.{i}.feedForward.output.weight"),
        new Rename("encoder.layers.{i}.mlp.fc2.bias", "blocks.{i}.feedForward.output.bias"),
    ];

    private static VisionTransformerConfig ReadConfig(HuggingFaceConfig config)
    {
        HuggingFaceConfig vision = config.Section("vision_config") ?? config;
        int width = vision.Count("hidden_size", 768);
        vision.Require("num_channels", 3.0);
        return new VisionTransformerConfig
        {
            ImageSize = vision.Count("image_size", 224),
            PatchSize = vision.Count("patch_size", 32),
            Width = width,
            Depth = vision.Count("num_hidden_layers", 12, MemberCheck.MostLayers),
            Heads = vision.Count("num_attention_heads", 12),
            HiddenWidth = vision.Count("intermediate_size", 3072),
            Activation = ReadActivation(vision, "quick_gelu"),
            NormEpsilon = vision.Number("layer_norm_eps", 1e-5),
            PatchBias = false,
            StemNorm = true,
        };
    }

    private static CheckpointLayout Layout(VisionTransformerConfig config) => new(
        "clip",
        ["vision_model.", "", "vision_tower.vision_model.", "model.vision_tower.vision_tower.vision_model.", "model.vision_tower.vision_model."],
        [
            new Reshape("embeddings.class_embedding", "stem.classToken", config.Width),
            new Reshape("embeddings.patch_embedding.weight", "stem.patch.weight", config.Width, 3, config.PatchSize, config.PatchSize),
            new Reshape("embeddings.position_embedding.weight", "stem.positions", config.NativeGrid.Count + 1, config.Width),
            new Rename("pre_layrnorm.weight", "stem.norm.weight"), // the misspelling is the reference's
            new Rename("pre_layrnorm.bias", "stem.norm.bias"),
            .. BlockRules,
            new Rename("post_layernorm.weight", "norm.weight"),
            new Rename("post_layernorm.bias", "norm.bias"),
            new Ignore("embeddings.position_ids"),
            .. BesideTower,
        ],
        config.Depth);

    /// <summary>What a whole CLIP holds besides its vision tower.</summary>
    private static IReadOnlyList<KeyRule> BesideTower { get; } =
        [new Ignore("text_model.*"), new Ignore("text_projection.weight"), new Ignore("visual_projection.weight"), new Ignore("logit_scale")];

    private static IEnumerable<string> Attention(string part) =>
        from projection in new[] { "q_proj", "k_proj", "v_proj" }
        select $"encoder.layers.{{i}}.self_attn.{projection}.{part}";
}
