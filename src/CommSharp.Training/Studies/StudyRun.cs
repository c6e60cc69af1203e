using CommSharp.Training.Models;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;

namespace CommSharp.Training.Studies;

/// <summary>A run of a study, before it begins.</summary>
/// <param name="Name">The patch's name.</param>
/// <param name="Folder">The run's folder.</param>
/// <param name="Changes">What is different from the recipe that all runs share.</param>
/// <param name="Recipe">The recipe with these changes.</param>
public sealed record StudyRun(string Name, string Folder, IReadOnlyList<string> Changes, RecipeFile Recipe)
{
    /// <summary>Reads every recipe of a study, and looks whether its model can be made: a misspelt patch is found before the first run and not after a day.</summary>
    /// <param name="recipe">The recipe that all runs share.</param>
    /// <param name="changes">Changes to it in all runs.</param>
    /// <param name="patches">The folder of patches, each of which is a run.</param>
    /// <param name="folder">The study's folder, in which each run has one.</param>
    /// <exception cref="CommSharpException">There is no patch, or one cannot be used; the message begins with its file.</exception>
    public static IReadOnlyList<StudyRun> Plan(string recipe, IReadOnlyList<string> changes, string patches, string folder)
    {
        if (File.Exists(Path.Combine(folder, RunFolder.RecipeName)))
        {
            throw new CommSharpException($"{folder}: holds a single run, and a study keeps its runs in folders of its own; name another folder.");
        }

        return [.. StudyPatch.ReadFolder(patches).Select(patch => Plan(recipe, changes, patch, folder))];
    }

    private static StudyRun Plan(string recipe, IReadOnlyList<string> changes, StudyPatch patch, string folder)
    {
        try
        {
            var file = RecipeFile.Load(recipe, [.. changes, .. patch.Changes]);
            _ = StartingModel.ConfigOf(file);
            return new StudyRun(patch.Name, Path.Combine(folder, patch.Name), patch.Changes, file);
        }
        catch (CommSharpException error)
        {
            throw new CommSharpException($"{patch.File}: {error.Message}", error);
        }
    }
}
