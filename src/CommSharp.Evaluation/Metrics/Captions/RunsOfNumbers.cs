namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>Walks over numbers in rising order, each with how often it occurs.</summary>
internal ref struct RunsOfNumbers(ReadOnlySpan<int> sorted)
{
    private readonly ReadOnlySpan<int> _sorted = sorted;
    private int _next;

    /// <summary>The number.</summary>
    public int Number { get; private set; }

    /// <summary>How often it occurs.</summary>
    public int Count { get; private set; }

    /// <summary>Goes on to the next number; false at the end.</summary>
    public bool MoveNext()
    {
        if (_next == _sorted.Length)
        {
            Count = 0;
            return false;
        }

        int start = _next;
        Number = _sorted[start];
        while (_next < _sorted.Length && _sorted[_next] == Number)
        {
            _next++;
        }

        Count = _next - start;
        return true;
    }

    /// <summary>Goes on to a number that is not smaller than those asked for before; returns how often it occurs.</summary>
    public int CountOf(int number)
    {
        while ((Count == 0 || Number < number) && MoveNext())
        {
        }

        return Count > 0 && Number == number ? Count : 0;
    }
}
