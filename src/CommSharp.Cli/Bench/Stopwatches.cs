using System.Diagnostics;

namespace CommSharp.Cli.Bench;

/// <summary>Times things beside each other.</summary>
internal static class Stopwatches
{
    /// <summary>
    /// Runs two things in turn, so that a machine whose speed drifts is as fast for the one as for the other, and returns the medians.
    /// </summary>
    /// <param name="rounds">How often each runs, after one run that does not count.</param>
    /// <param name="subject">What is measured.</param>
    /// <param name="limit">What it is compared with.</param>
    /// <param name="cancellationToken">Looked at between runs.</param>
    /// <returns>Median milliseconds of each.</returns>
    public static (double Subject, double Limit) Alternate(int rounds, Action subject, Action limit, CancellationToken cancellationToken)
    {
        subject();
        limit();
        var subjects = new List<double>();
        var limits = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            subjects.Add(Time(subject));
            limits.Add(Time(limit));
        }

        return (Median(subjects), Median(limits));
    }

    /// <summary>Runs something again and again, for figures that have no limit on this machine to stand beside.</summary>
    /// <param name="rounds">How often it runs, after one run that does not count.</param>
    /// <param name="action">What is measured.</param>
    /// <param name="cancellationToken">Looked at between runs.</param>
    /// <returns>Median milliseconds.</returns>
    public static double Repeat(int rounds, Action action, CancellationToken cancellationToken) => Alternate(rounds, action, static () => { }, cancellationToken).Subject;

    /// <summary>The milliseconds that something takes.</summary>
    public static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The value in the middle; of an even number the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
