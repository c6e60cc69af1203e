using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Language;

namespace CommSharp.Multimodal.Folders;

/// <summary>A merged Shikra (shikras/shikra, mllm/models/shikra): a Llama with one linear projector, and CLIP in a folder of its own.</summary>
internal static class ShikraFolder
{
    internal const string AddedTokensName = "added_tokens.json";

    internal static MultimodalFolder Open(string path, HuggingFaceConfig config, string? visionTower)
    {
        config.Require("use_mm_proj", true);
        return OriginalFolder.Open(
            path, MultimodalLayout.Shikra, config, visionTower, (new LinearProjection(), LlavaOriginalFolder.LinearProjector), language => Tokens(path, config, language));
    }

    /// <summary>The three ids after the base vocabulary, unless the folder says otherwise.</summary>
    private static ImageTokens Tokens(string path, HuggingFaceConfig config, LlamaConfig language)
    {
        IReadOnlyDictionary<string, int> added = ReadAddedTokens(Path.Combine(path, AddedTokensName));
        bool marked = config.Flag("mm_use_im_start_end", true);
        return new ImageTokens
        {
            Placeholder = added.GetValueOrDefault(ImageTokens.PlaceholderText, language.VocabularySize - (marked ? 3 : 1)),
            Begin = marked ? added.GetValueOrDefault(ImageTokens.BeginText, language.VocabularySize - 2) : null,
            End = marked ? added.GetValueOrDefault(ImageTokens.EndText, language.VocabularySize - 1) : null,
        };
    }

    private static Dictionary<string, int> ReadAddedTokens(string file) =>
        File.Exists(file) ? ConfigurationFile.Read<Dictionary<string, int>>(file) : [];
}
