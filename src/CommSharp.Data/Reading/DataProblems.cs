namespace CommSharp.Data.Reading;

/// <summary>
/// What becomes of bad records. Without one of these a reader stops at the first bad record; with one, bad records are left out, kept here and
/// counted, up to a limit. So no denominator shrinks in silence.
/// </summary>
/// <param name="limit">How many bad records are borne; one more ends the reading with its error.</param>
public sealed class DataProblems(int limit = int.MaxValue)
{
    private readonly List<DataException> _problems = [];

    /// <summary>The problems so far, in the order of reading.</summary>
    public IReadOnlyList<DataException> All => _problems;

    /// <summary>Reads records, leaving bad ones out as <paramref name="problems"/> says.</summary>
    /// <typeparam name="TRaw">A record before it is read: a line, an element.</typeparam>
    /// <typeparam name="TRecord">A record.</typeparam>
    /// <param name="raw">The records before they are read. What goes wrong here, such as a file that ends too early, is never borne.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="problems">Takes the bad ones; null to stop at the first.</param>
    /// <exception cref="DataException">A bad record that is not borne.</exception>
    public static IEnumerable<TRecord> Read<TRaw, TRecord>(IEnumerable<TRaw> raw, Func<TRaw, TRecord> read, DataProblems? problems)
    {
        foreach (TRaw each in raw)
        {
            TRecord record;
            try
            {
                record = read(each);
            }
            catch (DataException error) when (problems is not null && problems.Bear(error))
            {
                continue;
            }

            yield return record;
        }
    }

    /// <summary>Keeps a problem; false when there are too many.</summary>
    public bool Bear(DataException problem)
    {
        if (_problems.Count >= limit)
        {
            return false;
        }

        _problems.Add(problem);
        return true;
    }
}
