using CommSharp.Configuration;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>A recipe of a pretraining that was read, checked, and has every default written out.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Source">What errors call it: its file, or the name of a built-in one.</param>
/// <param name="BaseFolder">What relative paths in it start from: the folder of its file, or the current one for a built-in recipe.</param>
public sealed record PretrainingRecipeFile(PretrainingRecipe Recipe, string Source, string BaseFolder)
{
    private static readonly RecipeShelf Shelf = new("pretraining/");

    /// <summary>The names of the recipes that come with the library.</summary>
    public static IReadOnlyList<string> BuiltIn => Shelf.Names;

    /// <summary>The recipe as text, every default written out; without the place of its schema.</summary>
    public string Resolved { get; } = ConfigurationFile.Format(Recipe with { Schema = null });

    /// <summary>The identity of a run: the SHA-256 of <see cref="Resolved"/>, in hexadecimal.</summary>
    public string Identity => RecipeShelf.IdentityOf(Resolved);

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrFile">The name of a built-in one, or the path of a file that ends in .json.</param>
    /// <param name="patches">Changes such as "schedule.steps=1000"; see <see cref="ConfigurationPatch"/>.</param>
    /// <exception cref="CommSharpException">No such recipe, a patch that fits nowhere, or a member that is unknown, missing or out of range.</exception>
    public static PretrainingRecipeFile Load(string nameOrFile, params IReadOnlyList<string> patches)
    {
        (PretrainingRecipe recipe, string folder) = Shelf.Read<PretrainingRecipe>(nameOrFile, patches);
        PretrainingCheck.Validate(recipe, nameOrFile);
        return new PretrainingRecipeFile(recipe, nameOrFile, folder);
    }

    /// <summary>A path of the recipe, from where it counts.</summary>
    /// <param name="path">As the recipe has it.</param>
    public string Locate(string path) => Path.GetFullPath(path, BaseFolder);
}
