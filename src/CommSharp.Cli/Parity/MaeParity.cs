using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using CommSharp.Vision.Masked;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>MAE: the encoder over all patches, and masked pretraining with given noise.</summary>
internal static class MaeParity
{
    public static Dictionary<string, Tensor> Outputs(string path, ITensorSource expected)
    {
        var config = HuggingFaceConfig.Read(Path.Combine(path, "config.json"));
        using ITensorSource weights = Checkpoint.Open(path);
        using var model = new MaskedAutoencoder(VisionFamily.Named("mae").ReadConfig(config), ReadDecoder(config), TensorOptions.Default);
        new CheckpointLoader(weights).Load(model.Parts()).RequireFit(weights.Location);

        Tensor pixels = expected.Read("pixel_values");
        VisionTransformer encoder = model.Encoder;
        Dictionary<string, Tensor> outputs = TowerParity.HiddenStates(encoder, pixels, "encoder.");
        outputs["encoder.last_hidden_state"] = encoder.Normalize(outputs[$"encoder.hidden_states.{encoder.Config.Depth}"]);

        PatchMask mask = model.Mask(expected.Read("noise"));
        outputs["mask"] = mask.Mask;
        outputs["ids_restore"] = mask.Restore;
        outputs["masked.encoder.last_hidden_state"] = model.Encode(pixels, mask.Kept);
        outputs["logits"] = model.call(outputs["masked.encoder.last_hidden_state"], mask.Restore);
        outputs["patchified"] = model.Patchify(pixels);
        outputs["loss.norm_pix_false"] = Loss(normalizePixels: false);
        outputs["loss.norm_pix_true"] = Loss(normalizePixels: true);
        return outputs;

        Tensor Loss(bool normalizePixels) =>
            MaskedAutoencoder.Loss(outputs["patchified"], outputs["logits"], mask.Mask, normalizePixels).reshape(1);
    }

    private static MaskedAutoencoderConfig ReadDecoder(HuggingFaceConfig config) => new(
        new EncoderBlockConfig(
            config.Count("decoder_hidden_size", 512), config.Count("decoder_num_attention_heads", 16), config.Count("decoder_intermediate_size", 2048))
        {
            NormEpsilon = config.Number("layer_norm_eps", 1e-12),
        },
        config.Count("decoder_num_hidden_layers", 8),
        config.Number("mask_ratio", 0.75));
}
