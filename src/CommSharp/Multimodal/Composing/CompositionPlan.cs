using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision.Families;

namespace CommSharp.Multimodal.Composing;

/// <summary>What a composed model is made of: a config, and the folders that its parts come from.</summary>
/// <param name="Config">The model, with the architectures of the folders and paths inside the composed one.</param>
/// <param name="Towers">The towers' folders, in the order of the branches.</param>
/// <param name="Language">The language model's folder.</param>
public sealed record CompositionPlan(MultimodalConfig Config, IReadOnlyList<TowerFolder> Towers, LanguageFolder Language)
{
    /// <summary>The folder of the language model inside a composed one.</summary>
    public const string LanguagePath = "language";

    /// <summary>The rows that the vocabulary grows by: tokens around a picture, when the model has them.</summary>
    public int AddedTokens => Config.Language.Architecture.VocabularySize - Language.Architecture.VocabularySize;

    /// <summary>Puts the architectures of real folders into a config.</summary>
    /// <param name="config">A preset, or one's own; what it says of towers and language model is replaced by what the folders hold.</param>
    /// <param name="towers">One tower folder per branch, in order.</param>
    /// <param name="language">A Llama-family folder.</param>
    /// <exception cref="CommSharpException">Another number of towers than branches, or folders that do not fit the config.</exception>
    public static CompositionPlan Make(MultimodalConfig config, IReadOnlyList<string> towers, string language)
    {
        TowerFolder[] towerFolders = OpenTowers(config, towers);
        LanguageFolder languageFolder = LanguageFolder.Open(language);
        return new CompositionPlan(Resolve(config, towerFolders, languageFolder.Architecture), towerFolders, languageFolder);
    }

    /// <summary>The config of a model that is composed with a language model of which only the architecture is known.</summary>
    /// <param name="config">A preset, or one's own.</param>
    /// <param name="towers">One tower folder per branch, in order.</param>
    /// <param name="language">The language model; its vocabulary without tokens around a picture.</param>
    /// <exception cref="CommSharpException">Another number of towers than branches, or folders that do not fit the config.</exception>
    public static MultimodalConfig ConfigOf(MultimodalConfig config, IReadOnlyList<string> towers, LlamaConfig language) =>
        Resolve(config, OpenTowers(config, towers), language);

    private static TowerFolder[] OpenTowers(MultimodalConfig config, IReadOnlyList<string> towers) =>
        ProblemOfTowers(config, towers.Count) is { } problem ? throw new CommSharpException(problem) : [.. towers.Select(TowerFolder.Open)];

    /// <summary>What is wrong with a number of towers; null when it is that of the branches.</summary>
    /// <param name="config">The model.</param>
    /// <param name="towers">How many tower folders were given.</param>
    public static string? ProblemOfTowers(MultimodalConfig config, int towers) => towers == config.Vision.Branches.Count
        ? null
        : $"The model \"{config.Name}\" has {config.Vision.Branches.Count} vision branches ({string.Join(", ", config.Vision.Branches.Select(branch => branch.Encoder))}), "
            + $"but {towers} tower folders were given; give one for each, in this order.";

    private static MultimodalConfig Resolve(MultimodalConfig config, TowerFolder[] towers, LlamaConfig language)
    {
        ImageTokens tokens = Renumber(config.ImageTokens, language.VocabularySize);
        int added = new[] { tokens.Placeholder, tokens.Begin ?? -1, tokens.End ?? -1 }.Count(id => id >= language.VocabularySize);
        return config with
        {
            Schema = null,
            Untrained = true,
            Vision = config.Vision with { Branches = [.. config.Vision.Branches.Select((branch, i) => Resolve(branch, towers[i], i))] },
            Language = new LanguageModelConfig
            {
                Weights = LanguagePath,
                Architecture = language with { VocabularySize = language.VocabularySize + added },
            },
            ImageTokens = tokens,
        };
    }

    /// <summary>A branch keeps its picture size only where it says one; another tower's patches may not fit the preset's.</summary>
    private static VisionBranchConfig Resolve(VisionBranchConfig branch, TowerFolder tower, int index) => branch with
    {
        Encoder = $"vision/{index + 1}-{tower.Family.Name}",
        Family = tower.Family.Name,
        Architecture = tower.Architecture,
        Normalization = tower.Normalization is { } own && !own.Equals(VisionFamily.Named(tower.Family.Name).Normalization) ? own : null,
    };

    /// <summary>Tokens of a picture that the vocabulary holds come right after the language model's own; one outside it stays outside.</summary>
    private static ImageTokens Renumber(ImageTokens tokens, int vocabulary)
    {
        int next = vocabulary;
        return new ImageTokens
        {
            Placeholder = tokens.Placeholder < 0 ? tokens.Placeholder : next++,
            Begin = tokens.Begin is null ? null : next++,
            End = tokens.End is null ? null : next,
        };
    }
}
