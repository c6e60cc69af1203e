using CommSharp.Evaluation.Metrics.Rec;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Tests.Metrics;

public sealed class RecMetricTests
{
    private const string Target = "Answer: [0.100,0.200,0.500,0.600] .";

    // A half, exactly; the whole; nine tenths; nothing that can be read.
    private static readonly string[] Answers = ["[0.100,0.200,0.500,0.400]", "[0.100,0.200,0.500,0.600]", "[0.100,0.200,0.500,0.560]", "no box"];

    [Theory]
    [InlineData(false, 0.5, 2 / 3.0)]
    [InlineData(true, 0.75, 1)]
    public void A_half_is_a_hit_only_where_it_is_said_so(bool inclusive, double ofAll, double ofParsed)
    {
        RecResult result = Evaluate(RecConvention.Shikra with { IsInclusive = inclusive });
        Assert.Equal((ofAll, ofParsed, 1, 0), (result.Accuracy, result.AccuracyOfParsed, result.UnreadAnswers, result.UnreadTargets));
        Assert.Equal([inclusive, true, true, false], result.Items.Select(item => item.IsHit));
        Assert.Contains(inclusive ? ">= 0.5" : "> 0.5", result.Sheet.Conventions[0], StringComparison.Ordinal);
    }

    [Fact]
    public void More_thresholds_are_more_scores()
    {
        RecResult result = Evaluate(RecConvention.Shikra with { MoreThresholds = [0.7, 0.95] });
        Assert.Equal(
            [("accuracy", 50), ("accuracy of parsed", 66.67), ("accuracy at IoU > 0.7", 50), ("accuracy at IoU > 0.95", 25)],
            result.Sheet.Scores.SkipLast(1).Select(score => (score.Name, Math.Round(score.Value!.Value, 2))));
        Assert.Equal(("mean IoU", (0.5 + 1 + 0.9) / 4), (result.Sheet.Scores[^1].Name, Math.Round(result.Sheet.Scores[^1].Value!.Value, 6)));
    }

    [Fact]
    public void A_box_in_pixels_is_padded_for_Shikra_and_not_for_the_others()
    {
        var size = new PictureSize(640, 480);
        var box = new PixelBox(0, 0, 640, 480);
        foreach ((RecConvention convention, string answer) in new[]
        {
            (RecConvention.Shikra, "[0.000,0.125,1.000,0.875]"), (RecConvention.LmmsEval, "at [0, 0, 1, 1]"), (RecConvention.QwenVl, "<box>(0,0),(999,999)</box>"),
        })
        {
            RecItemScore score = RecMetric.Score(new RecItem(null, answer, RecTarget.FromPixels(box, size, convention)), convention);
            Assert.Equal(1, score.Overlap!.Value, 1e-6);
        }
    }

    [Fact]
    public void A_right_box_in_pixels_is_rounded_as_the_right_answers_text_is()
    {
        RecTarget target = RecTarget.FromPixels(new PixelBox(10, 20, 30, 40), new PictureSize(641, 480), RecConvention.Shikra);
        Assert.Equal((0.016, 0.156, 0.047, 0.187), (target.Box.X1, target.Box.Y1, target.Box.X2, target.Box.Y2));
    }

    private static RecResult Evaluate(RecConvention convention) =>
        RecMetric.Evaluate(Answers.Select(answer => new RecItem(null, answer, RecTarget.FromText(Target, convention))), convention);
}
