using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Imaging;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Folders;

/// <summary>LLaVA-1.5 as its authors stored it: liuhaotian/llava-v1.5-7b and its like (haotian-liu/LLaVA, llava/model).</summary>
internal static class LlavaOriginalFolder
{
    /// <summary>The id that the original code puts in a prompt for a picture; it is in no vocabulary.</summary>
    internal const int Placeholder = -200;

    internal static MultimodalFolder Open(string path, HuggingFaceConfig config, string? visionTower)
    {
        if (config.Text("image_aspect_ratio", "pad") is "anyres" or "anyres_max_9")
        {
            throw config.Unsupported("image_aspect_ratio", "pad, square (pictures cut into tiles belong to LLaVA-1.6)");
        }

        MultimodalFolder folder = OriginalFolder.Open(path, MultimodalLayout.LlavaOriginal, config, visionTower, Projector(config), _ => Tokens(config));
        MultimodalConfig read = LlavaFolder.Conventions(folder.Config, preprocessor: folder.Config.Vision.Branches[0].Encoder);
        bool pads = config.Text("image_aspect_ratio", "square") == "pad";
        return folder with { Config = pads ? read with { Image = read.Image with { Fit = ImageFit.Pad, Fill = RgbColor.Mean } } : read };
    }

    private static ImageTokens Tokens(HuggingFaceConfig config)
    {
        config.Require("mm_use_im_start_end", false);
        config.Require("mm_use_im_patch_token", false);
        return new ImageTokens { Placeholder = Placeholder };
    }

    private static (ProjectionConfig Config, CheckpointLayout Layout) Projector(HuggingFaceConfig config) => config.Text("mm_projector_type", "linear") switch
    {
        "linear" => (new LinearProjection(), LinearProjector),
        "mlp2x_gelu" => (new MlpProjection { HiddenWidth = config.Count("hidden_size") }, MlpProjector),
        _ => throw config.Unsupported("mm_projector_type", "linear, mlp2x_gelu"),
    };

    /// <summary>One Dense layer, also Shikra's.</summary>
    internal static CheckpointLayout LinearProjector { get; } =
        new("linear-projector", [""], [.. BertStyleRules.Pair("model.mm_projector", "blocks.0")]);

    /// <summary>Dense, GELU, Dense.</summary>
    internal static CheckpointLayout MlpProjector { get; } = new(
        "llava-original-projector",
        [""],
        [.. BertStyleRules.Pair("model.mm_projector.0", "blocks.0.input"), .. BertStyleRules.Pair("model.mm_projector.2", "blocks.0.output")]);
}
