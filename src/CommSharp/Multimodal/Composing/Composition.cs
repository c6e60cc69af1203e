using System.Text.Json.Nodes;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal.Converting;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Composing;

/// <summary>
/// Writes a new model from trained towers and a trained language model: their weights as they are, in folders of their own layout, and fresh
/// merges, projections and projector.
/// </summary>
public static class Composition
{
    private static readonly string[] ResizedTables = ["model.embed_tokens.weight", "lm_head.weight"];

    /// <summary>Writes the folder of a composed model.</summary>
    /// <param name="plan">What it is made of.</param>
    /// <param name="target">The folder; it must not exist yet, or be empty. It appears when it is complete.</param>
    /// <param name="seed">Decides the fresh weights.</param>
    /// <param name="cancellationToken">Cancels; nothing is left behind.</param>
    /// <exception cref="CommSharpException">The plan contradicts itself, a folder cannot be read, or the target cannot be written.</exception>
    public static void Write(CompositionPlan plan, string target, long seed, CancellationToken cancellationToken = default)
    {
        foreach (ModelFolder part in plan.Towers.Append<ModelFolder>(plan.Language))
        {
            part.RequireFit();
        }

        using var folder = new AtomicFolder(target);
        WriteFusion(plan.Config, folder[CommSharpFolder.FusionName], seed);
        foreach ((VisionBranchConfig branch, TowerFolder tower) in plan.Config.Vision.Branches.Zip(plan.Towers))
        {
            CopyModel(tower.Path, folder[branch.Encoder, "."], addedTokens: 0, cancellationToken);
        }

        CopyModel(plan.Language.Path, folder[plan.Config.Language.Weights, "."], plan.AddedTokens, cancellationToken);
        WriteVocabulary(plan, folder[plan.Config.Language.Weights]);
        ConfigurationFile.Write(folder[CommSharpFolder.ConfigName], plan.Config);
        folder.Commit();
    }

    /// <summary>Draws merges, projections and projector, in this order, and leaves the towers alone.</summary>
    private static void WriteFusion(MultimodalConfig config, string file, long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using var stack = new VisionStack(config.Vision, config.Language.Architecture.Width, TensorOptions.Default);
        using var generator = new Generator((ulong)seed);
        foreach (VisionBranch branch in stack.Branches)
        {
            FreshWeights.Draw(branch.Merge, generator);
            FreshWeights.Draw(branch.Projection, generator);
        }

        FreshWeights.Draw(stack.Projector, generator);
        Dictionary<string, Tensor> state = stack.state_dict();
        SafetensorsWriter.Write(
            file,
            CommSharpFolder.FusionTensors(stack).Select(name => new TensorEntry(name, state[name].dtype, state[name].shape)),
            entry => state[entry.Name].detach());
    }

    /// <summary>Copies a folder's weights as safetensors, and its small files as they are.</summary>
    private static void CopyModel(string from, string to, int addedTokens, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(to);
        foreach (CarriedFile file in CarriedFiles.Of(from, dtype: null))
        {
            AtomicFile.WriteBytes(Path.Combine(to, file.Name), file.Bytes);
        }

        using ITensorSource weights = Grown(Checkpoint.Open(from), addedTokens);
        ShardedSafetensorsWriter.Write(to, weights.Names.Select(Entry), entry => weights.Read(entry.Name), cancellationToken: cancellationToken);

        TensorEntry Entry(string name)
        {
            TensorInfo info = weights.Describe(name);
            return new TensorEntry(name, info.Dtype, info.Shape);
        }
    }

    /// <summary>New tokens start as the mean of all: nowhere near being the best-scored, and of ordinary length.</summary>
    private static ITensorSource Grown(ITensorSource weights, int addedTokens)
    {
        string[] tables = [.. weights.Names.Where(name => ResizedTables.Any(table => name == table || name.EndsWith("." + table, StringComparison.Ordinal)))];
        return addedTokens == 0 || tables.Length == 0
            ? weights
            : new GrownSource(weights, tables, weights.Describe(tables[0]).Shape[0] + addedTokens);
    }

    private static void WriteVocabulary(CompositionPlan plan, string folder)
    {
        if (plan.AddedTokens == 0)
        {
            return;
        }

        string config = Path.Combine(folder, ModelFolder.HuggingFaceConfigName);
        JsonNode json = JsonNode.Parse(File.ReadAllText(config))!;
        json["vocab_size"] = plan.Config.Language.Architecture.VocabularySize;
        AtomicFile.WriteText(config, json.ToJsonString(CommJson.Options) + "\n");

        WriteAddedTokens(plan.Config.ImageTokens, folder);
    }

    /// <summary>Names the tokens around and inside a picture for the tokenizer, beside those that the language model has added itself.</summary>
    /// <exception cref="ConfigurationException">A name or an id is taken.</exception>
    internal static void WriteAddedTokens(ImageTokens tokens, string folder)
    {
        if (tokens.Placeholder < 0)
        {
            return;
        }

        string file = Path.Combine(folder, TokenizerFolder.AddedTokensName);
        Dictionary<string, int> added = File.Exists(file) ? ConfigurationFile.Read<Dictionary<string, int>>(file) : [];
        AddIfThere(ImageTokens.PlaceholderText, tokens.Placeholder);
        AddIfThere(ImageTokens.BeginText, tokens.Begin);
        AddIfThere(ImageTokens.EndText, tokens.End);
        ConfigurationFile.Write(file, added);

        void AddIfThere(string text, int? id)
        {
            if (id is not { } wanted)
            {
                return;
            }

            if (added.ContainsKey(text) || added.ContainsValue(wanted))
            {
                KeyValuePair<string, int> taken = added.First(token => token.Key == text || token.Value == wanted);
                throw new ConfigurationException(
                    file,
                    $"the token {text} with the id {wanted} is needed for pictures, but the language model has added \"{taken.Key}\" with the id {taken.Value}; "
                        + "remove that token, or enlarge the language model's vocabulary to hold it.",
                    taken.Key);
            }

            added[text] = wanted;
        }
    }
}
