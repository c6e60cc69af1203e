namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>What the objects of a class are called in a sentence.</summary>
/// <param name="Singular">One of them: "white blood cell".</param>
/// <param name="Plural">Several: "white blood cells".</param>
public sealed record ClassName(string Singular, string Plural)
{
    private static readonly string[] TakingEs = ["s", "x", "z", "ch", "sh"];

    /// <summary>Words with the plural that most English words have: "cells", "boxes", "berries".</summary>
    /// <param name="singular">One of them.</param>
    public static ClassName Regular(string singular) => new(singular, PluralOf(singular));

    /// <summary>The word for a number of them, with the number: "1 platelet", "3 platelets", "0 platelets".</summary>
    /// <param name="count">How many.</param>
    public string Counted(int count) => FormattableString.Invariant($"{count} {(count == 1 ? Singular : Plural)}");

    private static string PluralOf(string singular) =>
        TakingEs.Any(ending => singular.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? singular + "es"
        : singular is [.., var before, 'y'] && !"aeiou".Contains(before, StringComparison.OrdinalIgnoreCase) ? singular[..^1] + "ies"
        : singular + "s";
}
