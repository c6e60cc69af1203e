using CommSharp.Data.Formats.Vqa;
using CommSharp.Evaluation.Metrics.Vqa;

namespace CommSharp.Evaluation.Tests.Metrics;

public sealed class VqaMetricTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.6)]
    [InlineData(3, 0.9)]
    [InlineData(4, 1)]
    [InlineData(10, 1)]
    public void An_answer_is_as_right_as_it_is_common(int agreeing, double accuracy) =>
        Assert.Equal(accuracy, VqaMetric.Score(Item("cat", [.. Enumerable.Range(0, 10).Select(i => i < agreeing ? "cat" : $"other {i}")])).Accuracy, 1e-12);

    [Theory]
    [InlineData("yes", 1, 1)]
    [InlineData("Yes", 0, 1)]
    [InlineData("yes.", 0, 1)]
    [InlineData("Yes?", 0, 1)]
    [InlineData("\tyes\n", 1, 1)]
    [InlineData("no", 0, 0)]
    public void Where_all_agree_only_lmms_eval_makes_answers_alike(string answer, double official, double lmmsEval)
    {
        VqaItem item = Item(answer, [.. Enumerable.Repeat("yes", 10)]);
        Assert.Equal((official, lmmsEval), (VqaMetric.Score(item).Accuracy, VqaMetric.Score(item, VqaConvention.LmmsEval).Accuracy));
        Assert.False(VqaMetric.Score(item).Normalized);
    }

    [Theory]
    [InlineData("dog's", "dog 's")]        // a blank before 's, which only lmms-eval puts there
    [InlineData("1,000", "1000")]
    [InlineData("What, two?", "what 2")]
    public void Lmms_eval_prepares_the_models_answer(string answer, string compared) =>
        Assert.Equal(compared, VqaMetric.Score(Item(answer, ["a", "b"]), VqaConvention.LmmsEval).Compared);

    [Fact]
    public void People_are_other_people_only_if_something_about_them_differs()
    {
        var same = new VqaAnnotatorAnswer("cat", 1, "yes");
        VqaAnnotatorAnswer[] people = [same, same, same, same, new("dog", 2, "yes")];
        // Four equal records are one person: none of them is another's other; the fifth sees all four.
        Assert.Equal(1.0 / 5, VqaMetric.Score(new VqaItem("1", "what", "other", people, "cat")).Accuracy, 1e-12);
    }

    [Theory]
    [InlineData(53.125, 53.13)]            // exactly in the middle: away from zero
    [InlineData(0.375, 0.38)]
    [InlineData(2.675, 2.67)]              // a little less than the middle
    [InlineData(66.66666666666667, 66.67)]
    [InlineData(68.3, 68.3)]
    [InlineData(100, 100)]
    [InlineData(0, 0)]
    public void Percentages_are_rounded_by_their_exact_values(double percentage, double rounded) => Assert.Equal(rounded, VqaMetric.Rounded(percentage));

    [Fact]
    public void At_most_32_stops_are_deleted() =>
        Assert.Equal(new string('.', 8), VqaNormalization.WithoutPunctuation(new string('.', 40)));

    [Theory]
    [InlineData("१,२-३", "१२३")]                     // a comma between digits of any script
    [InlineData("a\u001fb\u00a0the\u2003c", "b c")]   // Python's white space
    [InlineData("İs", "i\u0307s")]                    // one capital, two letters
    [InlineData("ΟΔΟΣ ΣΑΣ", "οδος σας")]              // a sigma that ends a word
    public void Texts_are_treated_as_python_treats_them(string text, string normalized) => Assert.Equal(normalized, VqaNormalization.Normalize(text));

    [Fact]
    public void Nothing_to_score_is_said() => Assert.Contains("nothing to score", Assert.Throws<CommSharpException>(() => VqaMetric.Evaluate([])).Message, StringComparison.Ordinal);

    private static VqaItem Item(string answer, IReadOnlyList<string> people) =>
        new("1", "what", "other", [.. people.Select((text, i) => new VqaAnnotatorAnswer(text, i + 1, "yes"))], answer);
}
