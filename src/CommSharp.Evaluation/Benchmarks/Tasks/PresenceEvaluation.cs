using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>Whether there is something of a class: yes or no, over all classes and class by class.</summary>
public sealed class PresenceEvaluation : EvaluationTask
{
    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.Presence;

    /// <inheritdoc/>
    public override int MaxTokens => 16;

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        (bool Truth, YesNoAnswer Said)[] outcomes = [.. items.Select((item, i) => (((YesNoTarget)item.Target!).IsYes, Read(answers[i])))];
        var counts = YesNoCounts.Of(outcomes);
        return new Scoring(
            new ScoreSheet
            {
                Metric = "presence",
                Conventions =
                [
                    ShortReply.Convention,
                    "An answer is yes or no if that is its first word, in any case; any other answer is wrong.",
                    "The balanced accuracy is the mean of the accuracies over the questions whose answer is yes and over those whose answer is no.",
                ],
                Count = counts.Count,
                Scores = Scores(outcomes),
                Groups = ItemGroups.Of(items, outcomes, Scores),
                Counts = [new ScoreCount("neither yes nor no", counts.Other)],
            },
            [.. outcomes.Select(each => new Judgement(YesNoEvaluation.Word(each.Said), each.Truth ? "yes" : "no", each.Said == Right(each.Truth) ? 1 : 0))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) => ["yes", "no"];

    private static YesNoAnswer Read(string answer) =>
        string.Concat(ShortReply.Of(answer).TrimStart().TakeWhile(char.IsLetter)).ToUpperInvariant() switch
        {
            "YES" => YesNoAnswer.Yes,
            "NO" => YesNoAnswer.No,
            _ => YesNoAnswer.Other,
        };

    private static IReadOnlyList<Score> Scores(IReadOnlyList<(bool Truth, YesNoAnswer Said)> outcomes)
    {
        var counts = YesNoCounts.Of(outcomes);
        return
        [
            CommSharp.Evaluation.Score.Percent("accuracy", counts.Accuracy),
            CommSharp.Evaluation.Score.Percent("balanced accuracy", (AccuracyOf(true) + AccuracyOf(false)) / 2),
            CommSharp.Evaluation.Score.Percent("yes ratio", counts.YesRatio),
        ];

        double? AccuracyOf(bool truth)
        {
            (bool Truth, YesNoAnswer Said)[] some = [.. outcomes.Where(each => each.Truth == truth)];
            return some.Length > 0 ? (double)some.Count(each => each.Said == Right(truth)) / some.Length : null;
        }
    }

    private static YesNoAnswer Right(bool truth) => truth ? YesNoAnswer.Yes : YesNoAnswer.No;
}
