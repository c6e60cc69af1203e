namespace CommSharp.Evaluation.Reports;

/// <summary>How many samples have a score of each range.</summary>
/// <param name="Low">The lower end of the first bin.</param>
/// <param name="High">The upper end of the last bin, which belongs to it.</param>
/// <param name="Counts">Of each bin; a score on the edge of two belongs to the upper one.</param>
internal sealed record ScoreHistogram(double Low, double High, IReadOnlyList<int> Counts)
{
    private const int Bins = 10;

    /// <summary>Sorts scores into 10 bins from 0 to 1, or as far beyond as scores go.</summary>
    /// <param name="scores">The scores.</param>
    public static ScoreHistogram Of(IReadOnlyCollection<double> scores)
    {
        double low = Math.Min(0, scores.DefaultIfEmpty(0).Min()), high = Math.Max(1, scores.DefaultIfEmpty(1).Max());
        int[] counts = new int[Bins];
        foreach (double score in scores)
        {
            counts[Math.Min(Bins - 1, (int)((score - low) * Bins / (high - low)))]++;
        }

        return new ScoreHistogram(low, high, counts);
    }

    /// <summary>The lower end of a bin; of the number of bins, the upper end of the last.</summary>
    /// <param name="bin">The bin.</param>
    public double Edge(int bin) => Low + ((High - Low) * bin / Counts.Count);
}
