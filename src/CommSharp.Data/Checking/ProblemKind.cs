using System.Text.RegularExpressions;
using CommSharp.Imaging;

namespace CommSharp.Data.Checking;

/// <summary>Problems that differ in nothing but names and numbers.</summary>
/// <param name="Description">The field and what is wrong with it, with "…" for each name and number.</param>
/// <param name="Count">How many there are.</param>
/// <param name="First">The first of them.</param>
public sealed partial record ProblemKind(string Description, int Count, DataException First)
{
    /// <summary>Sorts problems into kinds, the most frequent kind first.</summary>
    public static IReadOnlyList<ProblemKind> Of(IEnumerable<DataException> problems) =>
    [
        .. problems.GroupBy(Describe, StringComparer.Ordinal)
            .Select(kind => new ProblemKind(kind.Key, kind.Count(), kind.First()))
            .OrderByDescending(kind => kind.Count)
            .ThenBy(kind => kind.Description, StringComparer.Ordinal),
    ];

    private static string Describe(DataException error)
    {
        string field = error.Place.Field is { } name ? Indices.Replace(name, "[…]") + ": " : "";
        string problem = error.InnerException is ImageException image ? error.Problem.Replace(image.Picture, "…", StringComparison.Ordinal) : error.Problem;
        return field + Runs.Replace(Numbers.Replace(Names.Replace(problem, "…"), "…"), "…");
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Indices { get; }

    /// <summary>Names in quotes, but not those of members, which the format itself gives.</summary>
    [GeneratedRegex("""(?<!\b(?:member|element) )'[^']*'|"[^"]*["]""")]
    private static partial Regex Names { get; }

    [GeneratedRegex(@"(?<![\w'])-?\d+(\.\d+)?([eE][+-]?\d+)?")]
    private static partial Regex Numbers { get; }

    [GeneratedRegex("…((, | x )…)+")]
    private static partial Regex Runs { get; }
}
