using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Vision;
using CommSharp.Vision.Clip;
using CommSharp.Vision.Families;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>CLIP's vision tower alone, or both towers.</summary>
internal static class ClipParity
{
    public static Dictionary<string, Tensor> Outputs(string path, ITensorSource expected)
    {
        var config = HuggingFaceConfig.Read(Path.Combine(path, "config.json"));
        return config.Section("text_config") is { } text ? Both(path, config, text, expected) : TowerParity.Outputs(path, expected);
    }

    private static Dictionary<string, Tensor> Both(string path, HuggingFaceConfig config, HuggingFaceConfig text, ITensorSource expected)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        using var model = new ClipModel(
            VisionFamily.Named("clip").ReadConfig(config), ClipTextConfig.Read(text), config.Count("projection_dim"), TensorOptions.Default);
        new CheckpointLoader(weights).Load(model.Parts()).RequireFit(weights.Location);

        VisionTransformer vision = model.Vision;
        var outputs = TowerParity.HiddenStates(vision, expected.Read("pixel_values"), "vision.");
        Tensor tokens = outputs[$"vision.hidden_states.{vision.Config.Depth}"];
        outputs["vision.last_hidden_state"] = tokens;
        outputs["vision.pooler_output"] = model.PoolVision(tokens);

        Tensor ids = expected.Read("input_ids");
        IReadOnlyList<Tensor> states = model.Text.HiddenStates(ids, expected.Read("attention_mask"));
        for (int layer = 0; layer < states.Count; layer++)
        {
            outputs[$"text.hidden_states.{layer}"] = states[layer];
        }

        outputs["text.last_hidden_state"] = model.Text.Normalize(states[^1]);
        outputs["text.pooler_output"] = model.Text.Pool(ids, outputs["text.last_hidden_state"]);
        Compare(model, outputs);
        return outputs;
    }

    private static void Compare(ClipModel model, Dictionary<string, Tensor> outputs)
    {
        outputs["image_features"] = model.ImageFeatures(outputs["vision.pooler_output"]);
        outputs["text_features"] = model.TextFeatures(outputs["text.pooler_output"]);
        outputs["image_embeds"] = ClipModel.Normalize(outputs["image_features"]);
        outputs["text_embeds"] = ClipModel.Normalize(outputs["text_features"]);
        outputs["logits_per_image"] = model.call(outputs["image_features"], outputs["text_features"]);
        outputs["logits_per_text"] = outputs["logits_per_image"].t();
    }
}
