using CommSharp.Checkpoints;

namespace CommSharp.Vision.Families;

/// <summary>The names that Hugging Face's ViT, DeiT, MAE and DINOv2 classes have in common.</summary>
internal static class BertStyleRules
{
    /// <summary>Class token, patches and positions.</summary>
    internal static IEnumerable<KeyRule> Embeddings(VisionTransformerConfig config) =>
    [
        new Rename("embeddings.cls_token", "stem.classToken"),
        new Reshape("embeddings.patch_embeddings.projection.weight", "stem.patch.weight", config.Width, 3, config.PatchSize, config.PatchSize),
        new Rename("embeddings.patch_embeddings.projection.bias", "stem.patch.bias"),
        new Rename("embeddings.position_embeddings", "stem.positions"),
    ];

    /// <summary>One block's attention.</summary>
    /// <param name="block">The block's name in the checkpoint, with "{i}".</param>
    internal static IEnumerable<KeyRule> Attention(string block) =>
    [
        new Fuse([.. Projections(block, "weight")], "blocks.{i}.attention.qkv.weight"),
        new Fuse([.. Projections(block, "bias")], "blocks.{i}.attention.qkv.bias"),
        new Rename($"{block}.attention.output.dense.weight", "blocks.{i}.attention.output.weight"),
        new Rename($"{block}.attention.output.dense.bias", "blocks.{i}.attention.output.bias"),
    ];

    /// <summary>A whole block as in ViT, DeiT and MAE, and in MAE's decoder.</summary>
    /// <param name="block">The block's name in the checkpoint, with "{i}".</param>
    internal static IEnumerable<KeyRule> Block(string block) =>
    [
        .. Pair($"{block}.layernorm_before", "blocks.{i}.norm1"),
        .. Attention(block),
        .. Pair($"{block}.layernorm_after", "blocks.{i}.norm2"),
        .. Pair($"{block}.intermediate.dense", "blocks.{i}.feedForward.input"),
        .. Pair($"{block}.output.dense", "blocks.{i}.feedForward.output"),
    ];

    /// <summary>Heads for classification, which released checkpoints carry: one, or a distilled DeiT's two.</summary>
    internal static IReadOnlyList<KeyRule> Classifiers { get; } =
        [new Ignore("classifier.*"), new Ignore("cls_classifier.*"), new Ignore("distillation_classifier.*")];

    /// <summary>A layer's weight and bias.</summary>
    internal static IEnumerable<KeyRule> Pair(string source, string target) =>
        [new Rename($"{source}.weight", $"{target}.weight"), new Rename($"{source}.bias", $"{target}.bias")];

    private static IEnumerable<string> Projections(string block, string part) =>
        from projection in new[] { "query", "key", "value" }
        select $"{block}.attention.attention.{projection}.{part}";
}
