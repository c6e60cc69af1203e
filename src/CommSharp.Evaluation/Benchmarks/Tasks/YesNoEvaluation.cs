using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Metrics.Pope;
using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>POPE: is there such a thing in the picture?</summary>
public sealed class YesNoEvaluation : EvaluationTask
{
    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.ShortAnswer;

    /// <inheritdoc/>
    public override string Template => "<image> <question> Answer with yes or no.";

    /// <inheritdoc/>
    public override int MaxTokens => 16;

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        PopeResult result = PopeMetric.Evaluate(items.Select((item, i) => new PopeItem(item.Id, ((YesNoTarget)item.Target!).IsYes, answers[i])));
        return new Scoring(result.Sheet, [.. result.Items.Select(score => new Judgement(Word(score.Said), score.Item.Truth ? "yes" : "no", score.IsCorrect ? 1 : 0))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) => ["yes", "no"];

    /// <summary>As the log writes it; null for an answer that is neither.</summary>
    internal static string? Word(YesNoAnswer said) => said switch
    {
        YesNoAnswer.Yes => "yes",
        YesNoAnswer.No => "no",
        _ => null,
    };
}
