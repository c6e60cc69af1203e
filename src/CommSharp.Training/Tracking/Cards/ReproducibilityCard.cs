using System.Text.Json;

namespace CommSharp.Training.Tracking.Cards;

/// <summary>
/// Everything that somebody needs who wants to do a run again, or to judge it. It names no computer, and no path but those that the recipe writes.
/// </summary>
/// <param name="Format">The version of this format; <see cref="CurrentFormat"/>.</param>
/// <param name="Name">The recipe's name.</param>
/// <param name="Identity">SHA-256 of the resolved recipe, in lower-case hexadecimal digits.</param>
/// <param name="Recipe">The resolved recipe.</param>
/// <param name="Seeds">Every seed by its name.</param>
/// <param name="Versions">The programs.</param>
/// <param name="Hardware">The machine.</param>
/// <param name="Data">The files that were read.</param>
/// <param name="Totals">What the run took.</param>
/// <param name="Outcome">What it came to.</param>
public sealed record ReproducibilityCard(
    int Format,
    string Name,
    string Identity,
    JsonElement Recipe,
    IReadOnlyList<CardSeed> Seeds,
    CardVersions Versions,
    CardHardware Hardware,
    IReadOnlyList<CardFile> Data,
    TrainingTotals Totals,
    TrainingOutcome Outcome)
{
    /// <summary>The version of this format that the library writes.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>A seed.</summary>
/// <param name="Name">What it decides.</param>
/// <param name="Value">The seed.</param>
public sealed record CardSeed(string Name, long Value);

/// <summary>A file of the data.</summary>
/// <param name="Path">As the recipe writes it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash, in lower-case hexadecimal digits.</param>
public sealed record CardFile(string Path, long Bytes, string Sha256);
