namespace CommSharp.Data.Tabletop.Files;

/// <summary>Counts what several threads have done, and tells it.</summary>
internal sealed class ProgressCounter(IProgress<WorkProgress>? progress, long total)
{
    private long _done;

    /// <summary>One more is done.</summary>
    /// <param name="current">What it was.</param>
    public void Add(string current) => progress?.Report(new WorkProgress(current, Interlocked.Increment(ref _done), total));
}
