using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Metrics.Captions;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>Captions of pictures, and of regions (REG): is the answer like what people wrote?</summary>
/// <param name="ofRegions">Whether a region is described rather than the whole picture; each region is one item with all of its expressions.</param>
public sealed class CaptionEvaluation(bool ofRegions = false) : EvaluationTask
{
    private const int MostConstants = 30;

    /// <inheritdoc/>
    public override TemplateKind Kind => ofRegions ? TemplateKind.RegionDescription : TemplateKind.Caption;

    /// <inheritdoc/>
    public override int MaxTokens => 64;

    /// <inheritdoc/>
    public override bool NeedsSize => ofRegions;

    /// <inheritdoc/>
    public override IReadOnlyList<SamplePart> Content(EvaluationItem item) => ofRegions ? [new SampleBoxes([item.Region!.Value])] : [];

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        CaptionResult result = CaptionMetric.Evaluate([.. items.Select((item, i) => new CaptionItem(item.Id, answers[i], References(item)))]);
        ScoreSheet sheet = !ofRegions ? result.Sheet : result.Sheet with
        {
            Metric = "reg",
            Conventions = ["A region, that is a picture and a box, is one item; all its expressions are its references.", .. result.Sheet.Conventions],
        };
        return new Scoring(sheet, [.. result.Items.Select((score, i) => new Judgement(answers[i], string.Join(" | ", References(items[i])), score.Scores.Cider))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context)
    {
        int step = Math.Max(1, items.Count / MostConstants);
        return [.. items.Where((_, i) => i % step == 0).Select(item => References(item)[0]).Distinct().Take(MostConstants)];
    }

    private static IReadOnlyList<string> References(EvaluationItem item) => ((TextTarget)item.Target!).References;
}
