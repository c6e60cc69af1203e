using CommSharp.Checkpoints;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Cli.Parity;

/// <summary>A single vision tower, at one picture size or at several, with what its own classes put on top.</summary>
internal static class TowerParity
{
    private const string Pixels = "pixel_values";
    private const string OffsetPrefix = "offset0.1.";

    public static Dictionary<string, Tensor> Outputs(string path, ITensorSource expected)
    {
        TowerFolder folder = TowerFolder.Open(path);
        using VisionTransformer tower = folder.Load(TensorOptions.Default).Tower;
        var outputs = new Dictionary<string, Tensor>();
        foreach (string name in expected.Names.Where(name => name.StartsWith(Pixels, StringComparison.Ordinal)))
        {
            string size = name[Pixels.Length..].TrimStart('.');
            Add(outputs, folder, tower, expected.Read(name), size.Length > 0 ? size + "." : "");
        }

        if (expected.Names.Any(name => name.StartsWith(OffsetPrefix, StringComparison.Ordinal)))
        {
            AddOffsetConvention(outputs, folder, expected);
        }

        AddHeads(outputs, path, tower.Config);
        return outputs;
    }

    /// <summary>Every layer's output, prefix tokens included.</summary>
    public static Dictionary<string, Tensor> HiddenStates(VisionTransformer tower, Tensor pixels, string prefix)
    {
        int[] layers = [.. Enumerable.Range(0, tower.Config.Depth + 1)];
        return tower.Transform(tower.Embed(pixels), layers)
            .Select((state, layer) => (Name: $"{prefix}hidden_states.{layer}", State: state))
            .ToDictionary(pair => pair.Name, pair => pair.State);
    }

    private static void Add(Dictionary<string, Tensor> outputs, TowerFolder folder, VisionTransformer tower, Tensor pixels, string prefix)
    {
        foreach ((string name, Tensor state) in HiddenStates(tower, pixels, prefix))
        {
            outputs[name] = state;
        }

        Tensor last = outputs[$"{prefix}hidden_states.{tower.Config.Depth}"];
        Tensor normalised = tower.Normalize(last);
        bool clip = folder.Family.Name == "clip"; // its class does not normalise the last hidden state
        outputs[prefix + "last_hidden_state"] = clip ? last : normalised;
        outputs[prefix + "pooler_output"] = normalised.select(1, 0);
        outputs[prefix + "position_embeddings"] = tower.Positions(tower.Config.GridAt(pixels.shape[2], pixels.shape[3]));
    }

    /// <summary>The same weights under the older convention of resampling positions.</summary>
    private static void AddOffsetConvention(Dictionary<string, Tensor> outputs, TowerFolder folder, ITensorSource expected)
    {
        TowerFolder older = folder with { Architecture = folder.Architecture with { Resampling = PositionResampling.BicubicOffset } };
        using VisionTransformer tower = older.Load(TensorOptions.Default).Tower;
        foreach (string name in expected.Names.Where(name => name.StartsWith(Pixels + ".", StringComparison.Ordinal)))
        {
            Add(outputs, older, tower, expected.Read(name), OffsetPrefix + name[(Pixels.Length + 1)..] + ".");
        }
    }

    /// <summary>ViT's and DeiT's pooler, DeiT III's classifier; the tower itself has no use for them.</summary>
    private static void AddHeads(Dictionary<string, Tensor> outputs, string path, VisionTransformerConfig tower)
    {
        using ITensorSource weights = Checkpoint.Open(path);
        foreach ((string source, bool tanh, string output) in new[] { ("pooler.dense", true, "pooler_output"), ("head", false, "logits") })
        {
            if (!weights.Names.Contains(source + ".weight"))
            {
                continue;
            }

            using var head = new TokenHead(tower.Width, (int)weights.Describe(source + ".weight").Shape[0], tanh, TensorOptions.Default);
            var layout = new CheckpointLayout("head", [""], [new Rename(source + ".weight", "dense.weight"), new Rename(source + ".bias", "dense.bias")]);
            layout.Load(weights, head, strict: false);
            outputs[output] = head.call(outputs["last_hidden_state"]);
            outputs["pre_logits"] = outputs["last_hidden_state"].select(1, 0);
        }
    }
}
