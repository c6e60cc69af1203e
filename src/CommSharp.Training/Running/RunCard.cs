using CommSharp.Runtime;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Cards;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>The reproducibility card of a run.</summary>
internal static class RunCard
{
    /// <summary>Writes card.json and card.md.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="timing">What it took.</param>
    /// <exception cref="CommSharpException">A file of data cannot be read, or nothing can be written.</exception>
    public static void Write(RunFolder folder, RecipeFile recipe, Device device, TimingTracker timing)
    {
        var machine = MachineFacts.Read();
        CardFiles.Write(folder.Path, new ReproducibilityCard(
            ReproducibilityCard.CurrentFormat,
            recipe.Recipe.Name,
            recipe.Identity,
            CardFiles.Recipe(recipe.Resolved),
            [new CardSeed("everything", recipe.Recipe.Seed)],
            CardVersions.Of(machine, NativeRuntime.Loaded),
            CardHardware.Of(machine, device.ToString()),
            DataHashes.OfRun(folder, recipe),
            timing.Totals,
            timing.Outcome));
    }
}
