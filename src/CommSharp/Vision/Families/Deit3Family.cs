using System.Globalization;
using System.Text.RegularExpressions;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Imaging;

namespace CommSharp.Vision.Families;

/// <summary>DeiT III in timm's own names (timm, models/deit.py); Hugging Face transformers has no class for it.</summary>
internal static partial class Deit3Family
{
    internal static VisionFamily Family { get; } =
        new("deit3", [], ReadConfig, Layout, PixelNormalization.ImageNet);

    /// <summary>Whether a timm config names a DeiT III.</summary>
    internal static bool Recognises(HuggingFaceConfig config) => Architecture().IsMatch(config.Text("architecture", ""));

    /// <summary>deit3_{small|medium|base|large|huge}_patch{side}_{pixels}, with overrides in "model_args".</summary>
    private static VisionTransformerConfig ReadConfig(HuggingFaceConfig config)
    {
        Match name = Architecture().Match(config.Text("architecture"));
        (int width, int depth, int heads) = name.Groups["size"].Value switch
        {
            "small" => (384, 12, 6),
            "medium" => (512, 12, 8),
            "base" => (768, 12, 12),
            "large" => (1024, 24, 16),
            _ => (1280, 32, 16), // huge
        };
        HuggingFaceConfig? arguments = config.Section("model_args");
        arguments?.Require("no_embed_class", true);
        width = arguments?.Count("embed_dim", width) ?? width;
        return new VisionTransformerConfig
        {
            ImageSize = Argument("img_size", Number(name.Groups["pixels"])),
            PatchSize = Argument("patch_size", Number(name.Groups["side"])),
            Width = width,
            Depth = Argument("depth", depth),
            Heads = Argument("num_heads", heads),
            HiddenWidth = (int)(width * (arguments?.Number("mlp_ratio", 4) ?? 4)),
            LayerScale = true,
            PositionedPrefix = false,
            Resampling = PositionResampling.BicubicAntialiased,
        };

        int Argument(string member, int fallback) => arguments?.Count(member, fallback) ?? fallback;
        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    private static CheckpointLayout Layout(VisionTransformerConfig config) => new(
        "deit3",
        [""],
        [
            new Rename("cls_token", "stem.classToken"),
            new Rename("pos_embed", "stem.positions"),
            new Reshape("patch_embed.proj.weight", "stem.patch.weight", config.Width, 3, config.PatchSize, config.PatchSize),
            new Rename("patch_embed.proj.bias", "stem.patch.bias"),
            .. BertStyleRules.Pair("blocks.{i}.norm1", "blocks.{i}.norm1"),
            .. BertStyleRules.Pair("blocks.{i}.attn.qkv", "blocks.{i}.attention.qkv"),
            .. BertStyleRules.Pair("blocks.{i}.attn.proj", "blocks.{i}.attention.output"),
            new Rename("blocks.{i}.ls1.gamma", "blocks.{i}.scale1"),
            .. BertStyleRules.Pair("blocks.{i}.norm2", "blocks.{i}.norm2"),
            .. BertStyleRules.Pair("blocks.{i}.mlp.fc1", "blocks.{i}.feedForward.input"),
            .. BertStyleRules.Pair("blocks.{i}.mlp.fc2", "blocks.{i}.feedForward.output"),
            new Rename("blocks.{i}.ls2.gamma", "blocks.{i}.scale2"),
            .. BertStyleRules.Pair("norm", "norm"),
            new Ignore("head.*"),
        ],
        config.Depth);

    [GeneratedRegex(@"^deit3_(?<size>small|medium|base|large|huge)_patch(?<side>[0-9]{1,5})_(?<pixels>[0-9]{1,5})(?![0-9])")]
    private static partial Regex Architecture();
}
