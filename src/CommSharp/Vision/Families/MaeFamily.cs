using CommSharp.Checkpoints;
using CommSharp.Imaging;

namespace CommSharp.Vision.Families;

/// <summary>MAE's encoder (transformers, models/vit_mae); its decoder belongs to <see cref="Masked.MaskedAutoencoder"/>.</summary>
internal static class MaeFamily
{
    internal static VisionFamily Family { get; } =
        new("mae", ["vit_mae"], config => VitFamily.ReadConfig(config, distilled: false), Layout, PixelNormalization.ImageNet);

    private static CheckpointLayout Layout(VisionTransformerConfig config) => new(
        "mae",
        ["vit.", ""],
        [
            .. BertStyleRules.Embeddings(config),
            .. BertStyleRules.Block("encoder.layer.{i}"),
            .. BertStyleRules.Pair("layernorm", "norm"),
            new Ignore("decoder.*"),
        ],
        config.Depth);
}
