using CommSharp.Evaluation.Metrics.Mme;
using CommSharp.Evaluation.Metrics.Pope;
using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Tests.Metrics;

public sealed class YesNoMetricsTests
{
    [Theory]
    [InlineData(" YES\n", YesNoAnswer.Yes)]
    [InlineData("No", YesNoAnswer.No)]
    [InlineData("no.", YesNoAnswer.Other)]
    [InlineData("Yes, there is", YesNoAnswer.Other)]
    [InlineData("", YesNoAnswer.Other)]
    public void Lmms_evals_rule_for_POPE_is_equality(string answer, YesNoAnswer said) => Assert.Equal(said, PopeMetric.Read(answer, PopeConvention.LmmsEval));

    [Fact]
    public void What_is_neither_is_wrong_and_left_out_of_precision_and_recall()
    {
        PopeResult result = PopeMetric.Evaluate(
            [new("1", true, "yes"), new("2", true, "it is"), new("3", false, "no"), new("4", false, "yes"), new("5", true, "no")], PopeConvention.LmmsEval);
        Assert.Equal(new YesNoCounts(1, 1, 1, 1, 1), result.Counts);
        Assert.Equal((0.4, 0.5, 0.5, 0.4), (result.Counts.Accuracy, result.Counts.Precision, result.Counts.Recall, result.Counts.YesRatio));
        Assert.Equal([true, false, true, false, false], result.Items.Select(item => item.IsCorrect));
        Assert.Contains(result.Sheet.Counts, count => count is { Name: "neither yes nor no", Count: 1 });
    }

    [Fact]
    public void Shares_of_nothing_are_undefined()
    {
        PopeResult result = PopeMetric.Evaluate([new("1", false, "no")]);
        Assert.Equal([100, null, null, null, 0], result.Sheet.Scores.Select(score => score.Value));
        Assert.Null(YesNoCounts.Of([]).Accuracy);
        Assert.Null(YesNoCounts.Of([(true, YesNoAnswer.No), (false, YesNoAnswer.Yes)]).F1); // precision and recall are both 0
    }

    [Theory]
    [InlineData("😀 no", YesNoAnswer.No)]       // four characters, five halves
    [InlineData("😀😀 no", YesNoAnswer.Other)]
    [InlineData("\tYes", YesNoAnswer.Yes)]
    public void MME_counts_whole_characters(string response, YesNoAnswer said) => Assert.Equal(said, MmeMetric.Read(response));

    [Fact]
    public void A_total_needs_all_its_tasks()
    {
        MmeResult result = MmeMetric.Evaluate([new("count", "1.jpg", "a?", true, "Yes"), new("count", "1.jpg", "b?", false, "Yes")]);
        Assert.Equal((null, null), (result.Perception, result.Cognition));
        MmeTaskScore task = Assert.Single(result.Tasks);
        Assert.Equal((1, 0.5, 0, 50), (task.Pictures, task.Accuracy, task.AccuracyPlus, task.Score));
    }

    [Fact]
    public void Questions_that_are_no_pairs_and_unknown_tasks_are_refused()
    {
        var first = new MmeItem("count", "1.jpg", "a?", true, "Yes");
        MmeItem[][] bad = [[first], [first, first with { Picture = "2.jpg" }], [first with { Task = "counting" }, first with { Task = "counting" }], []];
        Assert.All(bad, items => Assert.Throws<CommSharpException>(() => MmeMetric.Evaluate(items)));
    }
}
