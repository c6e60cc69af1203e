using CommSharp.Checkpoints;
using CommSharp.Fusion;
using CommSharp.Multimodal.Folders;

namespace CommSharp.Multimodal.Converting;

/// <summary>
/// From the original layout of LLaVA-1.5 to Hugging Face's (transformers, models/llava/convert_llava_weights_to_hf.py): one file for everything, and a
/// vocabulary that holds the image token.
/// </summary>
internal static class LlavaConversion
{
    private const int VocabularyMultiple = 64;
    private const string TowerPrefix = "vision_tower.vision_model.";
    private const string LanguagePrefix = "language_model.";
    private static readonly string[] Tables = [LanguagePrefix + "model.embed_tokens.weight", LanguagePrefix + "lm_head.weight"];

    /// <summary>Plans the one folder.</summary>
    /// <param name="folder">An original LLaVA-1.5.</param>
    /// <param name="options">How it is rewritten.</param>
    /// <param name="open">Opens weights.</param>
    /// <exception cref="CommSharpException">Hugging Face's layout has no place for this model.</exception>
    public static IEnumerable<ConvertedPart> Parts(MultimodalFolder folder, ConversionOptions options, Func<string, ITensorSource> open)
    {
        VisionStackConfig vision = folder.Config.Vision;
        if (vision.Projector is not MlpProjection || vision.Branches[0].Family != "clip")
        {
            throw new CommSharpException(
                $"{folder.Path}: the Hugging Face layout of LLaVA-1.5 has a CLIP tower and an MLP projector, but this model has {vision.Branches[0].Family} "
                    + $"and {(vision.Projector is MlpProjection ? "an MLP" : "a linear")} projector; it is used as it is.");
        }

        int vocabulary = folder.Config.Language.Architecture.VocabularySize;
        int rows = (vocabulary + LlavaVocabulary.AddedTokens + VocabularyMultiple - 1) / VocabularyMultiple * VocabularyMultiple;
        var sources = folder.Weights.Select(share => share.Path).Distinct().ToDictionary(path => path, open);
        var tensors = new OrderedDictionary<string, (ITensorSource, string)>(folder.Weights.SelectMany(share => Renamed(share, sources[share.Path])));
        var weights = new MappedSource(sources[folder.Path].Location, tensors, [.. sources.Values]);
        return [new ConvertedPart("", new GrownSource(weights, [.. Tables.Where(tensors.ContainsKey)], rows), LlavaFiles.Of(folder, options, rows))];
    }

    private static IEnumerable<KeyValuePair<string, (ITensorSource, string)>> Renamed(WeightShare share, ITensorSource source)
    {
        (CheckpointLayout layout, string prefix) = share.Part switch
        {
            "projector" => (LlavaFolder.Projector, ""),
            "language" => (share.Layout, LanguagePrefix),
            _ => (share.Layout, TowerPrefix),
        };
        var names = layout.Mappings().ToDictionary(mapping => mapping.Target, mapping => mapping.Sources);
        return
            from mapping in share.Layout.Mappings()
            from pair in names[mapping.Target].Zip(mapping.Sources)
            let stored = share.Prefix + pair.Second
            where source.Names.Contains(stored)
            select KeyValuePair.Create(prefix + pair.First, (source, stored));
    }
}
