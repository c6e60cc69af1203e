using CommSharp.Checkpoints;
using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>LLaVA-1.5 in both layouts, and Shikra: pictures and text through the whole model.</summary>
internal static class MultimodalParity
{
    /// <summary>The position that the reference gives to padding; it changes nothing, but is among the outputs.</summary>
    private const long PaddingPosition = 1;

    public static Dictionary<string, Tensor> Outputs(string path, ITensorSource expected)
    {
        var folder = (MultimodalFolder)ModelFolder.Open(path);
        using MultimodalModel model = folder.Load(TensorOptions.Default).Model;
        Tensor pixels = expected.Read("pixel_values");
        Dictionary<string, Tensor> outputs = VisionStates(folder, pixels);
        VisionBranch branch = model.Vision.Branches[0];
        outputs["image_features"] = model.Vision.Project([branch.FromNormalized(pixels)]);

        (Tensor ids, Tensor? mask) = Prompts(model, expected);
        if (mask is not null)
        {
            outputs["merged.attention_mask"] = mask;
            outputs["merged.position_ids"] = mask.cumsum(1).Minus(1).ReplacedWhere(mask.IsEqualTo(0), PaddingPosition);
        }

        Tensor prompt = model.Embed(ids, outputs["image_features"]);
        outputs["logits"] = model.Language.Logits(model.Language.Decode(prompt, mask));
        int count = (int)expected.Describe("greedy_ids").Shape[1];
        (outputs["greedy_ids"], outputs["greedy_logits"]) = GreedySearch.Run(model.Language, prompt, mask, count);
        return outputs;
    }

    /// <summary>The states of the whole tower; the model itself builds no block deeper than the one it reads.</summary>
    private static Dictionary<string, Tensor> VisionStates(MultimodalFolder folder, Tensor pixels)
    {
        WeightShare share = folder.Weights.First(share => share.Part == "tower");
        using ITensorSource weights = Checkpoint.Open(share.Path);
        using var tower = new VisionTransformer(folder.Config.Vision.Branches[0].Architecture, TensorOptions.Default);
        new CheckpointLoader(weights).Load(new CheckpointPart(share.Layout, share.Prefix, tower));
        return TowerParity.HiddenStates(tower, pixels, "vision.");
    }

    /// <summary>Prompts as the model takes them: a placeholder for every image token, padding on the left.</summary>
    private static (Tensor Ids, Tensor? Mask) Prompts(MultimodalModel model, ITensorSource expected)
    {
        Tensor ids = expected.Read("input_ids");
        Tensor mask = expected.Names.Contains("attention_mask") ? expected.Read("attention_mask") : ones_like(ids);
        var prompts = new List<IReadOnlyList<long>>();
        for (long row = 0; row < ids.shape[0]; row++)
        {
            long[] real = ids[row].masked_select(mask[row].IsNotEqualTo(0)).data<long>().ToArray();
            int placeholder = model.Config.ImageTokens.Placeholder;
            bool once = real.Count(id => id == placeholder) == 1; // the original code's way
            prompts.Add(once ? TokenBatch.ExpandImages(real, placeholder, model.Vision.TokensPerImage) : real);
        }

        TokenBatch batch = TokenBatch.Of(prompts);
        return (batch.Ids, batch.Mask);
    }
}
