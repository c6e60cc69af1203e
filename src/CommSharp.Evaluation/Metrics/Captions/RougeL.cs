namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>
/// ROUGE-L as rouge.py of COCO's evaluation counts it: the best precision and the best recall, which may come from two references, and beta 1.2.
/// </summary>
internal static class RougeL
{
    private const double Beta = 1.2;

    /// <summary>The score of one item.</summary>
    public static double Score(NumberedCaption candidate, IReadOnlyList<NumberedCaption> references)
    {
        double precision = 0, recall = 0;
        foreach (NumberedCaption reference in references)
        {
            double common = LongestCommonSubsequence(candidate.Pieces, reference.Pieces);
            precision = Math.Max(precision, common / candidate.Pieces.Length);
            recall = Math.Max(recall, common / reference.Pieces.Length);
        }

        return precision == 0 || recall == 0 ? 0 : (1 + (Beta * Beta)) * precision * recall / (recall + (Beta * Beta * precision));
    }

    private static int LongestCommonSubsequence(ReadOnlySpan<int> one, ReadOnlySpan<int> other)
    {
        Span<int> row = other.Length < 256 ? stackalloc int[other.Length + 1] : new int[other.Length + 1];
        row.Clear();
        foreach (int word in one)
        {
            int diagonal = 0;
            for (int i = 1; i < row.Length; i++)
            {
                int above = row[i];
                row[i] = word == other[i - 1] ? diagonal + 1 : Math.Max(above, row[i - 1]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
