namespace CommSharp.Text;

/// <summary>Finds the longest of some texts at a place in another text. A place costs one look-up for each length there is, not for each text.</summary>
internal sealed class PrefixMatcher
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly Dictionary<char, int[]> _lengths;

    public PrefixMatcher(IEnumerable<KeyValuePair<string, int>> texts)
    {
        var ids = new Dictionary<string, int>(texts, StringComparer.Ordinal);
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = ids.Keys.GroupBy(text => text[0]).ToDictionary(
            group => group.Key,
            group => group.Select(text => text.Length).Distinct().OrderDescending().ToArray());
    }

    /// <summary>The longest text at the start of <paramref name="rest"/>; false when there is none.</summary>
    public bool TryMatch(ReadOnlySpan<char> rest, out int id, out int length)
    {
        if (!rest.IsEmpty && _lengths.TryGetValue(rest[0], out int[]? lengths))
        {
            foreach (int candidate in lengths)
            {
                if (candidate <= rest.Length && _ids.TryGetValue(rest[..candidate], out id))
                {
                    length = candidate;
                    return true;
                }
            }
        }

        (id, length) = (-1, 0);
        return false;
    }
}
