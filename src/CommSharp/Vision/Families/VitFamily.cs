using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;

namespace CommSharp.Vision.Families;

/// <summary>Google's ViT and Meta's DeiT, plain or distilled (transformers, models/vit and models/deit).</summary>
internal static class VitFamily
{
    internal static VisionFamily Vit { get; } =
        new("vit", ["vit"], config => ReadConfig(config, distilled: false), config => Layout("vit", config), PixelNormalization.Half);

    /// <summary>Hugging Face's DeiT class always carries the distillation token; plain DeiT checkpoints are stored as ViT.</summary>
    internal static VisionFamily Deit { get; } =
        new("deit", ["deit"], config => ReadConfig(config, distilled: true), config => Layout("deit", config), PixelNormalization.ImageNet);

    /// <summary>Also MAE's encoder, which is a ViT.</summary>
    internal static VisionTransformerConfig ReadConfig(HuggingFaceConfig config, bool distilled)
    {
        config.Require("num_channels", 3.0);
        config.Require("qkv_bias", true);
        return new VisionTransformerConfig
        {
            ImageSize = config.Count("image_size", 224),
            PatchSize = config.Count("patch_size", 16),
            Width = config.Count("hidden_size", 768),
            Depth = config.Count("num_hidden_layers", 12, MemberCheck.MostLayers),
            Heads = config.Count("num_attention_heads", 12),
            HiddenWidth = config.Count("intermediate_size", 3072),
            Activation = ClipFamily.ReadActivation(config, "gelu"),
            NormEpsilon = config.Number("layer_norm_eps", 1e-12),
            DistillationToken = distilled,
        };
    }

    private static CheckpointLayout Layout(string name, VisionTransformerConfig config) => new(
        name,
        ["", name + "."],
        [
            .. BertStyleRules.Embeddings(config),
            new Rename("embeddings.distillation_token", "stem.distillationToken"),
            .. BertStyleRules.Block("encoder.layer.{i}"),
            .. BertStyleRules.Pair("layernorm", "norm"),
            new Ignore("embeddings.mask_token"),
            new Ignore("pooler.*"),
            .. BertStyleRules.Classifiers,
        ],
        config.Depth);
}
