using System.Globalization;
using CommSharp.Grounding;

namespace CommSharp.Evaluation.Metrics.Rec;

/// <summary>
/// Referring expressions: is the box where the words say? Sources of the rules: Shikra's REC metric (single_image_rec.py), lmms-eval's refcoco tasks,
/// Qwen-VL's evaluate_grounding.py.
/// </summary>
public static class RecMetric
{
    /// <summary>Scores one item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="convention">How it is judged.</param>
    public static RecItemScore Score(RecItem item, RecConvention convention)
    {
        NormalizedBox? box = AnswerBox.Read(item.Answer, convention.Rule);
        double overlap = item.Target is { } target ? Overlap(box ?? default, target, convention.Rule) : double.NaN;
        return new RecItemScore(item, box, double.IsNaN(overlap) ? null : overlap, convention.IsHit(overlap, convention.Threshold));
    }

    /// <summary>Scores all items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="convention">How they are judged; null for Shikra's and COMM's way.</param>
    /// <exception cref="CommSharpException">There is no item.</exception>
    public static RecResult Evaluate(IEnumerable<RecItem> items, RecConvention? convention = null)
    {
        convention ??= RecConvention.Shikra;
        RecItemScore[] scores = [.. items.Select(item => Score(item, convention))];
        ScoreSheet.RequireItems(scores.Length);
        RecItemScore[] withTarget = [.. scores.Where(score => score.Item.Target is not null)];
        RecItemScore[] parsed = [.. withTarget.Where(score => score.Box is not null)];
        double hits = scores.Count(score => score.IsHit);
        double? ofParsed = parsed.Length > 0 ? (double)parsed.Count(score => score.IsHit) / parsed.Length : null;
        int notNumbers = withTarget.Count(score => score.Overlap is null);
        double? mean = notNumbers == 0 && withTarget.Length > 0 ? withTarget.Average(score => score.Overlap!.Value) : null;
        int unreadAnswers = scores.Count(score => score.Box is null), unreadTargets = scores.Length - withTarget.Length;
        return new RecResult(scores, hits / scores.Length, ofParsed, mean, unreadAnswers, unreadTargets, new ScoreSheet
        {
            Metric = "rec",
            Conventions = [.. Conventions(convention)],
            Count = scores.Length,
            Scores =
            [
                CommSharp.Evaluation.Score.Percent("accuracy", hits / scores.Length),
                CommSharp.Evaluation.Score.Percent("accuracy of parsed", ofParsed),
                .. convention.MoreThresholds.Select(threshold => AccuracyAt(scores, threshold, convention)),
                new Score("mean IoU", mean),
            ],
            Counts =
            [
                new ScoreCount("answers without a box that can be read", unreadAnswers),
                new ScoreCount("targets without a box that can be read", unreadTargets),
                new ScoreCount("overlaps that are not a number", notNumbers),
            ],
        });
    }

    private static Score AccuracyAt(RecItemScore[] scores, double threshold, RecConvention convention) => CommSharp.Evaluation.Score.Percent(
        string.Create(CultureInfo.InvariantCulture, $"accuracy at IoU {Sign(convention)} {threshold}"),
        (double)scores.Count(score => score.Overlap is { } overlap && convention.IsHit(overlap, threshold)) / scores.Length);

    private static double Overlap(NormalizedBox box, RecTarget target, AnswerBoxRule rule) => rule switch
    {
        AnswerBoxRule.OnlyBracket => BoxOverlap.IntersectionOverUnion(box, target.Box),
        AnswerBoxRule.FirstCorners when target is { Pixels: { } pixels, Size: { } size } => BoxOverlap.IntersectionOverUnion(box, pixels, size),
        _ => BoxOverlap.PreciseIntersectionOverUnion(box, target.Box),
    };

    private static string Sign(RecConvention convention) => convention.IsInclusive ? ">=" : ">";

    private static IEnumerable<string> Conventions(RecConvention convention)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"An answer is a hit when the IoU of its box with the right one is {Sign(convention)} {convention.Threshold}; an overlap that is not a number is a miss.");
        yield return convention.Rule switch
        {
            AnswerBoxRule.OnlyBracket => "The box is the only bracket with exactly one box in the whole answer, in Shikra's form; several make the answer unreadable (Shikra, COMM).",
            AnswerBoxRule.FirstBracket => "The box is the first bracket with four numbers; blanks and minus signs are allowed (lmms-eval).",
            _ => "The box is the first \"(x,y),(x,y)\", whole numbers from 0 to 999 (Qwen-VL).",
        };
        yield return "An answer without such a box counts as the box 0, 0, 0, 0. Boxes are neither clamped nor put in order.";
        yield return convention.IsPadded
            ? "Boxes are fractions of the picture padded to a square; a right box in pixels is rounded to three decimals there; the IoU is computed in single precision."
            : "Boxes are fractions of the picture itself, without padding.";
        yield return "The accuracy is over all items, also those whose target cannot be read; \"of parsed\" is over those whose answer and target can be read.";
        yield return "The mean IoU is over items whose target can be read, and undefined when one overlap is not a number.";
    }
}
