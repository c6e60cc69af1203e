using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;

namespace CommSharp.Vision.Families;

/// <summary>DINOv2, with registers or without (transformers, models/dinov2 and models/dinov2_with_registers).</summary>
internal static class DinoV2Family
{
    internal static VisionFamily Plain { get; } =
        new("dinov2", ["dinov2"], config => ReadConfig(config, registers: 0, PositionResampling.Bicubic), Layout, PixelNormalization.ImageNet);

    internal static VisionFamily Registers { get; } = new(
        "dinov2-registers",
        ["dinov2_with_registers"],
        config => ReadConfig(config, config.Count("num_register_tokens", 4), PositionResampling.BicubicAntialiased),
        Layout,
        PixelNormalization.ImageNet);

    /// <summary>The "mlp_ratio" from which <see cref="ReadConfig"/> gets a tower's hidden width again, although it cuts off fractions.</summary>
    internal static double MlpRatio(VisionTransformerConfig config)
    {
        int hidden = config.FeedForward == FeedForwardKind.SwiGlu ? config.HiddenWidth * 3 / 2 : config.HiddenWidth;
        double ratio = (double)hidden / config.Width;
        return (int)(config.Width * ratio) == hidden ? ratio : Math.BitIncrement(ratio);
    }

    private static VisionTransformerConfig ReadConfig(HuggingFaceConfig config, int registers, PositionResampling resampling)
    {
        config.Require("num_channels", 3.0);
        config.Require("qkv_bias", true);
        int width = config.Count("hidden_size", 768);
        int hidden = (int)(width * config.Number("mlp_ratio", 4));
        bool swiGlu = config.Flag("use_swiglu_ffn", false);
        return new VisionTransformerConfig
        {
            ImageSize = config.Count("image_size", 224),
            PatchSize = config.Count("patch_size", 16),
            Width = width,
            Depth = config.Count("num_hidden_layers", 12, MemberCheck.MostLayers),
            Heads = config.Count("num_attention_heads", 12),
            HiddenWidth = swiGlu ? SwiGluWidth(hidden) : hidden,
            FeedForward = swiGlu ? FeedForwardKind.SwiGlu : FeedForwardKind.Mlp,
            Activation = ClipFamily.ReadActivation(config, "gelu"),
            NormEpsilon = config.Number("layer_norm_eps", 1e-6),
            LayerScale = true,
            RegisterTokens = registers,
            Resampling = resampling,
        };
    }

    /// <summary>Two thirds of the MLP's width, rounded up to a multiple of 8.</summary>
    private static int SwiGluWidth(int hidden) => ((hidden * 2 / 3) + 7) / 8 * 8;

    private static CheckpointLayout Layout(VisionTransformerConfig config) => new(
        config.RegisterTokens > 0 ? "dinov2-registers" : "dinov2",
        ["", "dinov2.", "dinov2_with_registers."],
        [
            .. BertStyleRules.Embeddings(config),
            new Rename("embeddings.register_tokens", "stem.registerTokens"),
            .. BertStyleRules.Pair("encoder.layer.{i}.norm1", "blocks.{i}.norm1"),
            .. BertStyleRules.Attention("encoder.layer.{i}"),
            new Rename("encoder.layer.{i}.layer_scale1.lambda1", "blocks.{i}.scale1"),
            .. BertStyleRules.Pair("encoder.layer.{i}.norm2", "blocks.{i}.norm2"),
            .. FeedForward(config),
            new Rename("encoder.layer.{i}.layer_scale2.lambda1", "blocks.{i}.scale2"),
            .. BertStyleRules.Pair("layernorm", "norm"),
            new Ignore("embeddings.mask_token"),
            .. BertStyleRules.Classifiers,
        ],
        config.Depth);

    private static IEnumerable<KeyRule> FeedForward(VisionTransformerConfig config)
    {
        (string input, string output) = config.FeedForward == FeedForwardKind.SwiGlu ? ("weights_in", "weights_out") : ("fc1", "fc2");
        return
        [
            .. BertStyleRules.Pair($"encoder.layer.{{i}}.mlp.{input}", "blocks.{i}.feedForward.input"),
            .. BertStyleRules.Pair($"encoder.layer.{{i}}.mlp.{output}", "blocks.{i}.feedForward.output"),
        ];
    }
}
