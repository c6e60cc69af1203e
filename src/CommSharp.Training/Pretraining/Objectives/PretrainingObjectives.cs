using CommSharp.Training.Pretraining.Objectives.Clip;
using CommSharp.Training.Pretraining.Objectives.Deit;
using CommSharp.Training.Pretraining.Objectives.Dino;
using CommSharp.Training.Pretraining.Objectives.Mae;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Objectives;

/// <summary>Makes the objective that a recipe names.</summary>
internal static class PretrainingObjectives
{
    /// <summary>Makes it, with fresh weights.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="pictures">What it learns from.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="CommSharpException">The pictures lack what it learns from, or a file cannot be used.</exception>
    public static PretrainingObjective Make(PretrainingRecipeFile recipe, IPretrainingPictures pictures, Device device)
    {
        switch (recipe.Recipe.Objective)
        {
            case ClipSettings clip:
                return pictures.HasCaptions
                    ? new ClipObjective(clip, recipe, device)
                    : throw new CommSharpException($"{recipe.Source}: \"data\" has no captions, from which CLIP learns; name a source of the kind captions.");
            case DinoSettings dino:
                return new DinoObjective(dino, recipe, device);
            case MaeSettings mae:
                return new MaeObjective(mae, recipe, device);
            case DeitSettings deit:
                return pictures.Classes is not null
                    ? new DeitObjective(deit, recipe, pictures, device)
                    : throw new CommSharpException($"{recipe.Source}: \"data\" has no labels, from which DeiT learns; name a source of the kind folders.");
            default:
                throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Recipe.Objective, "An objective that nobody makes.");
        }
    }
}
