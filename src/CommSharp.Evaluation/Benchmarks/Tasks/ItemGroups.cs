namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>Scores of the parts of a benchmark.</summary>
internal static class ItemGroups
{
    /// <summary>A group for each part, in the order in which parts first come; none where items have no part.</summary>
    /// <typeparam name="T">What became of an item.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="outcomes">What became of each.</param>
    /// <param name="score">The scores of some outcomes, at least one.</param>
    public static IReadOnlyList<ScoreGroup> Of<T>(IReadOnlyList<EvaluationItem> items, IReadOnlyList<T> outcomes, Func<IReadOnlyList<T>, IReadOnlyList<Score>> score) =>
    [
        .. items.Zip(outcomes, (item, outcome) => (item.Part, outcome)).Where(each => each.Part is not null).GroupBy(each => each.Part!, each => each.outcome)
            .Select(group => new ScoreGroup(group.Key, group.Count(), score([.. group]))),
    ];
}
