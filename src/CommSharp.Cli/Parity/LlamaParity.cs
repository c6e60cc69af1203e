using CommSharp.Checkpoints;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>A decoder: one plain sequence, a left-padded batch with its greedy continuation, and a training loss.</summary>
internal static class LlamaParity
{
    public static Dictionary<string, Tensor> Outputs(string path, ITensorSource expected)
    {
        using LlamaModel model = LanguageFolder.Open(path).Load(TensorOptions.Default).Model;
        int[] layers = [.. Enumerable.Range(0, model.Config.Depth + 1)];
        IReadOnlyList<Tensor> states = model.HiddenStates(model.Embed(expected.Read("single.input_ids")), layers);
        var outputs = layers.ToDictionary(layer => $"single.hidden_states.{layer}", layer => states[layer]);
        outputs["single.logits"] = model.Logits(states[^1]);

        Tensor prompt = model.Embed(expected.Read("batch.input_ids")), mask = expected.Read("batch.attention_mask");
        int count = (int)expected.Describe("batch.greedy_ids").Shape[1];
        outputs["batch.logits"] = model.Logits(model.Decode(prompt, mask));
        (outputs["batch.greedy_ids"], outputs["batch.greedy_logits"]) = GreedySearch.Run(model, prompt, mask, count);

        outputs["train.logits"] = model.Logits(model.Decode(model.Embed(expected.Read("train.input_ids")), expected.Read("train.attention_mask")));
        outputs["train.loss"] = LanguageLoss.CrossEntropy(outputs["train.logits"], expected.Read("train.labels")).reshape(1);
        return outputs;
    }
}
