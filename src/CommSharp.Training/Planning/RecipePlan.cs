using System.Globalization;
using CommSharp.Multimodal;
using CommSharp.Training.Models;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Planning;

/// <summary>The memory plan of a recipe, and what to do where it does not fit.</summary>
public sealed class RecipePlan
{
    private readonly RecipeFile _recipe;
    private readonly MultimodalConfig _config;

    private RecipePlan(RecipeFile recipe, MultimodalConfig config, string? assumption, bool isOnGpu)
    {
        (_recipe, _config, Assumption) = (recipe, config, assumption);
        Memory = MemoryPlan.Of(recipe.Recipe, recipe.Source, config, isOnGpu);
    }

    /// <summary>What is needed.</summary>
    public MemoryPlan Memory { get; }

    /// <summary>What the plan takes for granted because folders are missing; null when nothing.</summary>
    public string? Assumption { get; }

    /// <summary>Plans a recipe. Where the folders of a composed model are not there, its parts are taken to be those that the preset states.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="isOnGpu">Whether a GPU computes.</param>
    /// <exception cref="CommSharpException">The model's folder or config cannot be used, or the recipe trains what is not there.</exception>
    public static RecipePlan Of(RecipeFile recipe, bool isOnGpu)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        string? missing = recipe.Recipe.Model is ComposedModelSource composed
            ? composed.Towers.Append(composed.Language).OfType<string>().FirstOrDefault(folder => !Directory.Exists(recipe.Locate(folder)))
            : null;
        return missing is null
            ? new RecipePlan(recipe, StartingModel.ConfigOf(recipe), null, isOnGpu)
            : new RecipePlan(recipe, StartingModel.PresetOf(recipe), $"{missing} is not there; the sizes are those that the preset states", isOnGpu);
    }

    /// <summary>Each change that would save memory, alone, with what it saves.</summary>
    public IReadOnlyList<MemoryChange> Changes() => Finder.All();

    /// <summary>The cheapest changes that together make the recipe fit a limit; empty where it fits as it is, null where none help.</summary>
    /// <param name="limit">The memory that there is, in bytes.</param>
    public IReadOnlyList<MemoryChange>? ChangesToFit(long limit) => Finder.ToFit(limit);

    /// <summary>One line that says that the recipe does not fit, and what would make it.</summary>
    /// <param name="limit">The memory that there is, in bytes.</param>
    public string Problem(long limit)
    {
        string needed = $"{_recipe.Source}: needs {Size(Memory.Needed)} of {(Memory.IsOnGpu ? "GPU" : "main")} memory, and {Size(limit)} are there";
        return ChangesToFit(limit) is not { } changes
            ? $"{needed}; no setting makes it fit. Take a smaller model, or more memory."
            : $"{needed}; it fits with {string.Join(" and ", changes.Select(change => $"{Options(change)} (saves {Size(change.Saves)})"))}.";
    }

    /// <summary>A number of bytes as people read it; a gigabyte has 10^9.</summary>
    /// <param name="bytes">The number.</param>
    public static string Size(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");

    /// <summary>A change as one writes it on a command line.</summary>
    /// <param name="change">The change.</param>
    public static string Options(MemoryChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return string.Join(' ', change.Patches.Select(patch => patch.Contains('"', StringComparison.Ordinal) ? $"--set '{patch}'" : $"--set {patch}"));
    }

    private MemoryChanges Finder => new(_recipe.Recipe, _recipe.Source, _config, Memory.IsOnGpu);
}
