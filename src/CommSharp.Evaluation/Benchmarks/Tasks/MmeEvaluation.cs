using CommSharp.Checkpoints;
using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Metrics.Mme;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>MME: two questions about each picture, one with the answer yes and one with the answer no.</summary>
public sealed class MmeEvaluation : EvaluationTask
{
    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.ShortAnswer;

    /// <summary>MME's questions ask for yes or no themselves.</summary>
    public override string Template => "<image> <question>";

    /// <inheritdoc/>
    public override int MaxTokens => 16;

    /// <inheritdoc/>
    public override void RequireScorable(IReadOnlyList<EvaluationItem> items)
    {
        if (items.GroupBy(item => item.Picture, StringComparer.Ordinal).FirstOrDefault(picture => picture.Count() != MmeMetric.QuestionsOfPicture) is { } half)
        {
            throw new CommSharpException(
                $"MME is scored by whole pictures, but of the two questions about {Printable.Name(half.Key)} only one would be asked; take an even number as --limit, or leave it out.");
        }
    }

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        MmeResult result = MmeMetric.Evaluate(items.Select((item, i) =>
            new MmeItem(item.Part!, item.Picture, item.Words!, ((YesNoTarget)item.Target!).IsYes, ShortReply.Of(answers[i]))));
        double? total = result.Tasks.Count > 0 ? result.Tasks.Sum(task => task.Score) : null;
        ScoreSheet sheet = result.Sheet with
        {
            Conventions = [ShortReply.Convention, .. result.Sheet.Conventions],
            // A part of MME has no totals, but constant answers are compared by the first score.
            Scores = result.Perception is null || result.Cognition is null ? [new Score("sum of the tasks that are there", total, "points"), .. result.Sheet.Scores] : result.Sheet.Scores,
        };
        return new Scoring(sheet, [.. result.Items.Select(score => new Judgement(YesNoEvaluation.Word(score.Said), score.Item.Truth ? "yes" : "no", score.IsCorrect ? 1 : 0))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) => ["Yes", "No"];
}
