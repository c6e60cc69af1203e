using System.Globalization;
using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tasks;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>Captions where the truth is known: do the objects exist that they mention, and how many of those that are there do they mention?</summary>
public sealed class MentionEvaluation : EvaluationTask
{
    private const int MostConstants = 30, MostShapes = 10;

    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.Caption;

    /// <inheritdoc/>
    public override int MaxTokens => 96; // eight objects with two adjectives each

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        Outcome[] outcomes = [.. items.Select((item, i) => Judge(((TruthTarget)item.Target!).Truth, answers[i]))];
        CaptionFacts[] read = [.. outcomes.Select(each => each.Facts).OfType<CaptionFacts>()];
        int mentioned = read.Sum(facts => facts.Mentioned), existing = read.Sum(facts => facts.Existing), relations = read.Sum(facts => facts.Relations);
        return new Scoring(
            new ScoreSheet
            {
                Metric = "mentions",
                Conventions = Conventions,
                Count = outcomes.Length,
                Scores =
                [
                    Share("mentioned objects that exist", existing, mentioned),
                    Share("objects that are mentioned", existing, outcomes.Sum(each => each.Objects)),
                    new Score("objects mentioned per caption", (double)mentioned / outcomes.Length),
                    Share("captions whose mentioned objects all exist", read.Count(facts => facts.Existing == facts.Mentioned), outcomes.Length),
                    Share("relations that hold", read.Sum(facts => facts.RelationsThatHold), relations),
                    Share("grounds that are right", read.Count(facts => facts.IsGroundRight == true), read.Count(facts => facts.IsGroundRight is not null)),
                ],
                Counts =
                [
                    new ScoreCount("captions that cannot be read", outcomes.Length - read.Length),
                    new ScoreCount("objects mentioned", mentioned),
                    new ScoreCount("objects mentioned in words that are not the world's", read.Sum(facts => facts.Unknown)),
                    new ScoreCount("relations told", relations),
                    new ScoreCount("grounds told", read.Count(facts => facts.IsGroundRight is not null)),
                ],
            },
            [.. outcomes.Select((each, i) => new Judgement(each.Parsed, ((TruthTarget)items[i].Target!).Shown, each.Score))]);
    }

    /// <summary>A caption of one shape or one kind, the most frequent ones; more words would be right less often.</summary>
    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context)
    {
        TruthObject[][] scenes = [.. items.Select(item => ((TruthTarget)item.Target!).Truth.Objects.ToArray())];
        return
        [
            .. MostFrequent(shown => shown.Shape).Take(MostShapes).Concat(MostFrequent(shown => shown.Kind)).Take(MostConstants).Select(words => $"There is one {words}."),
        ];

        IEnumerable<string> MostFrequent(Func<TruthObject, string> of) => scenes.SelectMany(objects => objects.Select(of).Distinct(StringComparer.Ordinal))
            .CountBy(words => words).OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal).Select(each => each.Key);
    }

    private static IReadOnlyList<string> Conventions { get; } =
    [
        "A mentioned object exists when an object of the picture has every quality that is said of it, and no other mention needs that object: three stars mentioned of "
            + "two that there are, are two that exist of three. As many mentions are satisfied as can be.",
        "A mention must name a shape: \"a red thing\" counts as one that does not exist. So does a noun that is not the world's, as in \"a gray cat\".",
        "A caption is a list of mentions, perhaps how two of them lie, and perhaps what they lie on, which is no object. Any other text cannot be read: it mentions "
            + "nothing, and so lowers the share of objects that are mentioned, and that of captions, but not the first score.",
        "Shares of mentions and of objects are over all captions together.",
    ];

    private static Outcome Judge(WorldTruth truth, string answer) => new(CaptionReading.Read(answer)?.Against(truth), truth.Objects.Count);

    private static Score Share(string name, int part, int whole) => CommSharp.Evaluation.Score.Percent(name, whole > 0 ? (double)part / whole : null);

    private sealed record Outcome(CaptionFacts? Facts, int Objects)
    {
        public string? Parsed => Facts is { } facts ? string.Create(CultureInfo.InvariantCulture, $"{facts.Existing} of {facts.Mentioned} exist") : null;

        public double Score => Facts is { } facts ? (double)facts.Existing / facts.Mentioned : 0;
    }
}
