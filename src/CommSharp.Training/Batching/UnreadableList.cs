namespace CommSharp.Training.Batching;

/// <summary>The samples that could not be used, each once, and the limit to their number.</summary>
internal sealed class UnreadableList
{
    private const int Named = 5;

    private readonly List<UnreadableSample> _all;
    private readonly HashSet<string> _known;
    private readonly int _limit;

    public UnreadableList(int limit, IReadOnlyList<UnreadableSample> soFar)
    {
        _limit = limit;
        _all = [.. soFar];
        _known = soFar.Select(sample => sample.What).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>All of them, in the order of the steps.</summary>
    public IReadOnlyList<UnreadableSample> All => [.. _all];

    /// <summary>Adds those of a step.</summary>
    /// <returns>Those that were not known.</returns>
    /// <exception cref="CommSharpException">There are more than are borne.</exception>
    public IReadOnlyList<UnreadableSample> Add(IReadOnlyList<UnreadableSample> samples)
    {
        UnreadableSample[] found = [.. samples.Where(sample => _known.Add(sample.What))];
        _all.AddRange(found);
        return found.Length == 0 || _all.Count <= _limit
            ? found
            : throw new CommSharpException(
                $"{_all.Count} samples could not be used, more than the {_limit} that are borne (loading.unreadableLimit). "
                + $"{(_all.Count > Named ? "The first" : "They are")}: {string.Join("; ", _all.Take(Named).Select(sample => sample.Reason))}");
    }
}
