using System.Globalization;
using CommSharp.Data.Tasks;
using CommSharp.Evaluation.Metrics.Rec;
using CommSharp.Grounding;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>REC: where is what the words say? Boxes are compared in the model's square, so that padding changes nothing.</summary>
public sealed class ReferringEvaluation : EvaluationTask
{
    private const int MostConstants = 200;

    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.Referring;

    /// <inheritdoc/>
    public override int MaxTokens => 64; // a box is 29 tokens, one a character

    /// <inheritdoc/>
    public override bool NeedsSize => true;

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        RecConvention convention = Convention(context.Boxes);
        NormalizedBox[] targets = [.. items.Select(item => Target(item, context, convention))];
        RecResult result = RecMetric.Evaluate(items.Select((item, i) => new RecItem(item.Id, answers[i], new RecTarget(targets[i]))), convention);
        ScoreSheet sheet = result.Sheet with
        {
            Conventions =
            [
                .. result.Sheet.Conventions.Where(rule => !rule.StartsWith("Boxes are fractions", StringComparison.Ordinal)),
                "Boxes are compared as fractions of the square that the model sees; the right box is rounded as the model writes boxes.",
            ],
            Groups = ItemGroups.Of(items, result.Items, Scores),
        };
        return new Scoring(sheet, [.. result.Items.Select((score, i) => new Judgement(score.Box is { } box ? Text(box) : null, Text(targets[i]), score.Overlap ?? 0) { Box = score.Box })]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context)
    {
        int step = (items.Count + MostConstants - 1) / MostConstants;
        IEnumerable<NormalizedBox> boxes = items.Where((_, i) => i % step == 0).Select(item => context.Normalize(item, ((BoxTarget)item.Target!).Box));
        return [.. boxes.Prepend(new NormalizedBox(0, 0, 1, 1)).Select(box => context.Boxes.Write(box)).Distinct()];
    }

    /// <summary>How boxes that are written so are read.</summary>
    private static RecConvention Convention(BoxFormat boxes) => (boxes.Notation switch
    {
        BoxNotation.Tagged => RecConvention.QwenVl,
        _ => boxes == BoxFormat.Shikra ? RecConvention.Shikra : RecConvention.LmmsEval,
    }) with
    { IsInclusive = false, MoreThresholds = [0.7, 0.9] };

    private static NormalizedBox Target(EvaluationItem item, ScoringContext context, RecConvention convention)
    {
        NormalizedBox box = context.Normalize(item, ((BoxTarget)item.Target!).Box);
        return AnswerBox.Read(context.Boxes.Write(box), convention.Rule) ?? box;
    }

    private static IReadOnlyList<Score> Scores(IReadOnlyList<RecItemScore> scores) =>
    [
        CommSharp.Evaluation.Score.Percent("accuracy", (double)scores.Count(score => score.IsHit) / scores.Count),
        new Score("mean IoU", scores.Average(score => score.Overlap)),
    ];

    private static string Text(NormalizedBox box) => string.Create(CultureInfo.InvariantCulture, $"[{box.X1:0.###},{box.Y1:0.###},{box.X2:0.###},{box.Y2:0.###}]");
}
