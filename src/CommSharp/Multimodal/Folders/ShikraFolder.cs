using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Text;

namespace CommSharp.Multimodal.Folders;

/// <summary>A merged Shikra (shikras/shikra, mllm/models/shikra): a Llama with one linear projector, and CLIP in a folder of its own.</summary>
internal static class ShikraFolder
{
    internal static MultimodalFolder Open(string path, HuggingFaceConfig config, string? visionTower)
    {
        config.Require("use_mm_proj", true);
        MultimodalFolder folder = OriginalFolder.Open(
            path, MultimodalLayout.Shikra, config, visionTower, (new LinearProjection(), LlavaOriginalFolder.LinearProjector), language => Tokens(path, config, language));
        return folder with { Config = Conventions(folder.Config) };
    }

    /// <summary>Pictures are padded with white; a picture's tokens stand between two marks; boxes have 3 decimals.</summary>
    private static MultimodalConfig Conventions(MultimodalConfig config) => config with
    {
        Prompt = PromptTemplate.Vicuna with
        {
            Image = new ImageLayout
            {
                Begin = config.ImageTokens.Begin is null ? null : ImageTokens.BeginText,
                Token = ImageTokens.PlaceholderText,
                End = config.ImageTokens.End is null ? null : ImageTokens.EndText,
                TrimsBlanks = true,
            },
        },
        Image = new ImagePreprocessing { Fit = ImageFit.Pad, Fill = RgbColor.White },
        Boxes = BoxFormat.Shikra,
    };

    /// <summary>The three ids after the base vocabulary, unless the folder says otherwise.</summary>
    private static ImageTokens Tokens(string path, HuggingFaceConfig config, LlamaConfig language)
    {
        IReadOnlyDictionary<string, int> added = ReadAddedTokens(Path.Combine(path, TokenizerFolder.AddedTokensName));
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
