using System.Globalization;

namespace CommSharp.Evaluation;

/// <summary>One number of an evaluation.</summary>
/// <param name="Name">What it is called in papers: "CIDEr", "accuracy", "yes ratio".</param>
/// <param name="Value">The number; null where it is not defined, such as a precision without a positive answer.</param>
/// <param name="Unit">"%" for percentages, "points" for MME's sums, empty for plain numbers.</param>
public sealed record Score(string Name, double? Value, string Unit = "")
{
    /// <summary>A share as a percentage.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="share">Between 0 and 1; null where it is not defined.</param>
    public static Score Percent(string name, double? share) => new(name, 100 * share, "%");

    /// <summary>The number as papers print it: two decimals and the unit, or four decimals where there is no unit.</summary>
    /// <param name="undefined">What stands for a number that is not defined.</param>
    public string Shown(string undefined) => this switch
    {
        { Value: null } => undefined,
        { Unit: "" } => Value.Value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => $"{Value.Value.ToString("0.00", CultureInfo.InvariantCulture)} {Unit}",
    };
}

/// <summary>The scores of a part of the items, such as one type of question.</summary>
/// <param name="Name">The part.</param>
/// <param name="Count">How many items it has.</param>
/// <param name="Scores">Its scores.</param>
public sealed record ScoreGroup(string Name, int Count, IReadOnlyList<Score> Scores);

/// <summary>How many items something happened to, such as answers without a box that can be read.</summary>
/// <param name="Name">What happened.</param>
/// <param name="Count">To how many.</param>
public sealed record ScoreCount(string Name, int Count);

/// <summary>The outcome of any metric over a whole file or benchmark: the numbers, and every convention that they depend on.</summary>
public sealed record ScoreSheet
{
    /// <summary>The metric: "captions", "reg", "vqa", "pope", "mme", "rec", "count", "presence", "class", "singling out", "mentions".</summary>
    public required string Metric { get; init; }

    /// <summary>Each rule that changes the numbers, a sentence each.</summary>
    public required IReadOnlyList<string> Conventions { get; init; }

    /// <summary>How many items were scored: the denominator.</summary>
    public required int Count { get; init; }

    /// <summary>The scores over all items; the first one is the one that papers print.</summary>
    public required IReadOnlyList<Score> Scores { get; init; }

    /// <summary>The scores of parts.</summary>
    public IReadOnlyList<ScoreGroup> Groups { get; init; } = [];

    /// <summary>What happened to items that a reader of the scores should know of.</summary>
    public IReadOnlyList<ScoreCount> Counts { get; init; } = [];

    /// <summary>Refuses to score nothing.</summary>
    internal static void RequireItems(int count)
    {
        if (count == 0)
        {
            throw new CommSharpException("There is nothing to score: the files hold no item.");
        }
    }
}
