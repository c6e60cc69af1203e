using CommSharp.Data.Tasks;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>Of what class the object in a box is: the class's name must be the whole answer.</summary>
public sealed class RegionClassEvaluation : EvaluationTask
{
    private static readonly string[] Articles = ["a ", "an ", "the "];

    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.RegionClass;

    /// <inheritdoc/>
    public override int MaxTokens => 24;

    /// <inheritdoc/>
    public override bool NeedsSize => true;

    /// <inheritdoc/>
    public override IReadOnlyList<SamplePart> Content(EvaluationItem item) => [new SampleBoxes([item.Region!.Value])];

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        string[] said = [.. answers.Select(answer => Normalize(ShortReply.Of(answer)))];
        bool[] right = [.. items.Select((item, i) => Names(item).Any(name => Normalize(name) == said[i]))];
        IReadOnlyList<ScoreGroup> groups = ItemGroups.Of(items, right, Accuracy);
        return new Scoring(
            new ScoreSheet
            {
                Metric = "class",
                Conventions =
                [
                    ShortReply.Convention,
                    "An answer is right if it is the class's name, in words or as the annotations have it, in the singular or the plural; capitals, an article before it and a full stop do not matter.",
                    "The mean class accuracy gives every class the same weight, however many objects it has.",
                ],
                Count = items.Count,
                Scores =
                [
                    .. Accuracy(right),
                    new Score("mean class accuracy", groups.Count > 0 ? groups.Average(group => group.Scores[0].Value) : null, "%"),
                ],
                Groups = groups,
            },
            [.. items.Select((item, i) => new Judgement(said[i], Names(item)[0], right[i] ? 1 : 0))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) =>
        [.. items.Select(item => Names(item)[0]).Distinct(StringComparer.Ordinal)];

    private static IReadOnlyList<Score> Accuracy(IReadOnlyList<bool> right) =>
        [CommSharp.Evaluation.Score.Percent("accuracy", (double)right.Count(each => each) / right.Count)];

    private static IReadOnlyList<string> Names(EvaluationItem item) => ((TextTarget)item.Target!).References;

    private static string Normalize(string text)
    {
        string plain = text.Trim().TrimEnd('.').TrimEnd().ToLowerInvariant();
        string? article = Articles.FirstOrDefault(each => plain.StartsWith(each, StringComparison.Ordinal));
        return article is null ? plain : plain[article.Length..].TrimStart();
    }
}
