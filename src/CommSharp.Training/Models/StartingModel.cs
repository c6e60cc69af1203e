using CommSharp.Language;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Composing;
using CommSharp.Multimodal.Folders;
using CommSharp.Training.Recipes;
using static TorchSharp.torch;

namespace CommSharp.Training.Models;

/// <summary>The model that a training starts from, as a folder.</summary>
public static class StartingModel
{
    /// <summary>The folder below a run's, for models that are made for it.</summary>
    public const string FolderName = "start";

    /// <summary>The folder below a run's of a language model that is drawn for it.</summary>
    public const string LanguageName = "start-language";

    /// <summary>Finds the folder, or makes it where the recipe composes or draws its model.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="runFolder">The run's folder, which takes a model that has to be made.</param>
    /// <param name="cancellationToken">Cancels; nothing half-made is left.</param>
    /// <exception cref="CommSharpException">No such folder or preset, or parts that do not fit.</exception>
    public static MultimodalFolder Open(RecipeFile recipe, string runFolder, CancellationToken cancellationToken)
    {
        string made = Path.Combine(runFolder, FolderName);
        string path = made;
        string? visionTower = null;
        IReadOnlyList<string> patches = [];
        switch (recipe.Recipe.Model)
        {
            case FolderModelSource folder:
                path = recipe.Locate(folder.Path);
                visionTower = folder.VisionTower is { } tower ? recipe.Locate(tower) : null;
                patches = folder.Patches;
                break;
            case ComposedModelSource composed when !Directory.Exists(made):
                CompositionPlan plan = CompositionPlan.Make(
                    PresetOf(recipe), [.. composed.Towers.Select(recipe.Locate)], LanguageOf(recipe, composed, runFolder, cancellationToken));
                Composition.Write(plan, made, recipe.Recipe.Seed, cancellationToken);
                break;
            case RandomModelSource random when !Directory.Exists(made):
                MultimodalConfig preset = Presets.Load(PresetOf(recipe, random.Preset), random.Patches);
                RandomModel.Write(
                    preset, made, recipe.Locate(random.Tokenizer), ScalarType.Float32, recipe.Recipe.Seed, RandomWeights.Fresh, cancellationToken);
                break;
        }

        return ModelFolder.Open(path, visionTower, patches) as MultimodalFolder
            ?? throw new CommSharpException($"{path}: holds a single tower or a language model, but a training starts from a whole one; compose one first (commsharp compose).");
    }

    /// <summary>The config of the model, without making anything.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="CommSharpException">No such folder or preset, or parts that do not fit.</exception>
    public static MultimodalConfig ConfigOf(RecipeFile recipe) => recipe.Recipe.Model switch
    {
        ComposedModelSource { Language: { } language } composed =>
            CompositionPlan.Make(PresetOf(recipe), [.. composed.Towers.Select(recipe.Locate)], recipe.Locate(language)).Config,
        ComposedModelSource composed => CompositionPlan.ConfigOf(PresetOf(recipe), [.. composed.Towers.Select(recipe.Locate)], WithoutPictures(PresetOf(recipe))),
        RandomModelSource random => Presets.Load(PresetOf(recipe, random.Preset), random.Patches),
        _ => Open(recipe, recipe.BaseFolder, CancellationToken.None).Config,
    };

    /// <summary>The config that a composed model's preset states, whatever folders there are.</summary>
    /// <param name="recipe">A recipe with a composed model.</param>
    internal static MultimodalConfig PresetOf(RecipeFile recipe) => recipe.Recipe.Model is ComposedModelSource composed
        ? Presets.Load(PresetOf(recipe, composed.Preset), composed.Patches)
        : ConfigOf(recipe);

    /// <summary>The language model's folder; one with random weights is made where the recipe names none.</summary>
    private static string LanguageOf(RecipeFile recipe, ComposedModelSource composed, string runFolder, CancellationToken cancellationToken)
    {
        if (composed.Language is { } named)
        {
            return recipe.Locate(named);
        }

        string drawn = Path.Combine(runFolder, LanguageName);
        if (!Directory.Exists(drawn))
        {
            RandomModel.WriteLanguage(WithoutPictures(PresetOf(recipe)), drawn, recipe.Locate(composed.Tokenizer!), recipe.Recipe.Seed, cancellationToken);
        }

        return drawn;
    }

    /// <summary>A preset's language model before the tokens around a picture are added to its vocabulary.</summary>
    private static LlamaConfig WithoutPictures(MultimodalConfig preset)
    {
        int size = preset.Language.Architecture.VocabularySize;
        int added = new[] { preset.ImageTokens.Placeholder, preset.ImageTokens.Begin ?? -1, preset.ImageTokens.End ?? -1 }.Count(id => id >= 0 && id < size);
        return preset.Language.Architecture with { VocabularySize = size - added };
    }

    private static string PresetOf(RecipeFile recipe, string preset) => Presets.IsFile(preset) ? recipe.Locate(preset) : preset;
}
