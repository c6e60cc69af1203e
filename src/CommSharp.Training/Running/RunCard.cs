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
    /// <param name="name">The recipe's name.</param>
    /// <param name="resolved">The recipe, every default written out.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="data">The hashes of its data.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="timing">What it took.</param>
    /// <exception cref="CommSharpException">A file of data cannot be read, or nothing can be written.</exception>
    public static void Write(
        RunFolder folder, string name, string resolved, long seed, IReadOnlyList<CardFile> data, Device device, TimingTracker timing)
    {
        var machine = MachineFacts.Read();
        CardFiles.Write(folder.Path, new ReproducibilityCard(
            ReproducibilityCard.CurrentFormat,
            name,
            RecipeShelf.IdentityOf(resolved),
            CardFiles.Recipe(resolved),
            [new CardSeed("everything", seed)],
            CardVersions.Of(machine, NativeRuntime.Loaded),
            CardHardware.Of(machine, device.ToString()),
            data,
            timing.Totals,
            timing.Outcome));
    }
}
