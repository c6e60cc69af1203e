namespace CommSharp.Evaluation.Metrics.YesNo;

/// <summary>
/// How often which answer was given to which question. All shares are between 0 and 1; precision, recall and F1 leave out answers that are
/// neither yes nor no, as MME's calculation.py and lmms-eval do.
/// </summary>
/// <param name="TruePositives">Yes, rightly.</param>
/// <param name="FalsePositives">Yes, where no is right.</param>
/// <param name="TrueNegatives">No, rightly.</param>
/// <param name="FalseNegatives">No, where yes is right.</param>
/// <param name="Other">Neither yes nor no.</param>
public sealed record YesNoCounts(int TruePositives, int FalsePositives, int TrueNegatives, int FalseNegatives, int Other)
{
    /// <summary>All answers.</summary>
    public int Count => TruePositives + FalsePositives + TrueNegatives + FalseNegatives + Other;

    /// <summary>The right answers.</summary>
    public int Correct => TruePositives + TrueNegatives;

    /// <summary>Right answers of all; null without answers.</summary>
    public double? Accuracy => Share(Correct, Count);

    /// <summary>Right ones of the yes answers; null when yes was never said.</summary>
    public double? Precision => Share(TruePositives, TruePositives + FalsePositives);

    /// <summary>The yes answers of the questions whose answer is yes; null when there are none.</summary>
    public double? Recall => Share(TruePositives, TruePositives + FalseNegatives);

    /// <summary>The harmonic mean of precision and recall; null where one of them is, or both are 0.</summary>
    public double? F1 => Precision is { } precision && Recall is { } recall && precision + recall > 0 ? 2 * precision * recall / (precision + recall) : null;

    /// <summary>The yes answers of all answers; null without answers.</summary>
    public double? YesRatio => Share(TruePositives + FalsePositives, Count);

    /// <summary>Counts.</summary>
    /// <param name="answers">For each question whether yes is right, and what was answered.</param>
    public static YesNoCounts Of(IEnumerable<(bool Truth, YesNoAnswer Said)> answers)
    {
        var counts = new YesNoCounts(0, 0, 0, 0, 0);
        foreach ((bool Truth, YesNoAnswer Said) answer in answers)
        {
            counts = answer switch
            {
                (_, YesNoAnswer.Other) => counts with { Other = counts.Other + 1 },
                (true, YesNoAnswer.Yes) => counts with { TruePositives = counts.TruePositives + 1 },
                (false, YesNoAnswer.Yes) => counts with { FalsePositives = counts.FalsePositives + 1 },
                (true, _) => counts with { FalseNegatives = counts.FalseNegatives + 1 },
                (false, _) => counts with { TrueNegatives = counts.TrueNegatives + 1 },
            };
        }

        return counts;
    }

    private static double? Share(int part, int whole) => whole > 0 ? (double)part / whole : null;
}
