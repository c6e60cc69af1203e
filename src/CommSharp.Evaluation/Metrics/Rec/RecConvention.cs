using CommSharp.Grounding;

namespace CommSharp.Evaluation.Metrics.Rec;

/// <summary>How answers to referring expressions are judged.</summary>
/// <param name="Rule">
/// Which box of an answer counts. With it go the square that boxes lie in (Shikra's padded one, or the picture) and the arithmetic of the overlap.
/// </param>
public sealed record RecConvention(AnswerBoxRule Rule)
{
    /// <summary>Shikra's and COMM's: the only bracket, on the padded square, a hit above 0.5.</summary>
    public static RecConvention Shikra { get; } = new(AnswerBoxRule.OnlyBracket);

    /// <summary>lmms-eval's: the first bracket, on the picture, a hit from 0.5 on.</summary>
    public static RecConvention LmmsEval { get; } = new(AnswerBoxRule.FirstBracket) { IsInclusive = true };

    /// <summary>Qwen-VL's: the first corners in 0 to 999, on the picture, a hit from 0.5 on.</summary>
    public static RecConvention QwenVl { get; } = new(AnswerBoxRule.FirstCorners) { IsInclusive = true };

    /// <summary>The overlap that decides, 0 to 1.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Whether an overlap equal to the threshold is a hit.</summary>
    public bool IsInclusive { get; init; }

    /// <summary>Overlaps at which the accuracy is also given.</summary>
    public IReadOnlyList<double> MoreThresholds { get; init; } = [];

    /// <summary>Whether boxes are fractions of the picture padded to a square rather than of the picture.</summary>
    public bool IsPadded => Rule == AnswerBoxRule.OnlyBracket;

    /// <summary>Whether an overlap is a hit; what is not a number never is.</summary>
    /// <param name="overlap">The intersection over union.</param>
    /// <param name="threshold">The threshold.</param>
    public bool IsHit(double overlap, double threshold) => IsInclusive ? overlap >= threshold : overlap > threshold;
}
