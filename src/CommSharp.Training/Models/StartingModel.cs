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
        switch (recipe.Recipe.Model)
        {
            case FolderModelSource folder:
                path = recipe.Locate(folder.Path);
                visionTower = folder.VisionTower is { } tower ? recipe.Locate(tower) : null;
                break;
            case ComposedModelSource composed when !Directory.Exists(made):
                CompositionPlan plan = CompositionPlan.Make(
                    Presets.Load(PresetOf(recipe, composed.Preset), composed.Patches),
                    [.. composed.Towers.Select(recipe.Locate)],
                    recipe.Locate(composed.Language));
                Composition.Write(plan, made, recipe.Recipe.Seed, cancellationToken);
                break;
            case RandomModelSource random when !Directory.Exists(made):
                MultimodalConfig preset = Presets.Load(PresetOf(recipe, random.Preset), random.Patches);
                RandomModel.Write(
                    preset, made, recipe.Locate(random.Tokenizer), ScalarType.Float32, recipe.Recipe.Seed, RandomWeights.Fresh, cancellationToken);
                break;
        }

        return ModelFolder.Open(path, visionTower) as MultimodalFolder
            ?? throw new CommSharpException($"{path}: holds a single tower or a language model, but a training starts from a whole one; compose one first (commsharp compose).");
    }

    /// <summary>The config of the model, without making anything.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="CommSharpException">No such folder or preset, or parts that do not fit.</exception>
    public static MultimodalConfig ConfigOf(RecipeFile recipe) => recipe.Recipe.Model switch
    {
        ComposedModelSource composed => CompositionPlan.Make(
            Presets.Load(PresetOf(recipe, composed.Preset), composed.Patches),
            [.. composed.Towers.Select(recipe.Locate)],
            recipe.Locate(composed.Language)).Config,
        RandomModelSource random => Presets.Load(PresetOf(recipe, random.Preset), random.Patches),
        _ => Open(recipe, recipe.BaseFolder, CancellationToken.None).Config,
    };

    /// <summary>The config that a composed model's preset states, whatever folders there are.</summary>
    /// <param name="recipe">A recipe with a composed model.</param>
    internal static MultimodalConfig PresetOf(RecipeFile recipe) => recipe.Recipe.Model is ComposedModelSource composed
        ? Presets.Load(PresetOf(recipe, composed.Preset), composed.Patches)
        : ConfigOf(recipe);

    private static string PresetOf(RecipeFile recipe, string preset) => Presets.IsFile(preset) ? recipe.Locate(preset) : preset;
}
