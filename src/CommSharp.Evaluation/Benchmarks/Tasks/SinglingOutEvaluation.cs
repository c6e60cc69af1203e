using CommSharp.Data.Tabletop.Understanding;
using CommSharp.Data.Tasks;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>
/// REG where the truth is known: does the description single out the object in the box? It is read and looked up in the truth, so that every right wording counts,
/// whatever people or programs would have said.
/// </summary>
public sealed class SinglingOutEvaluation : EvaluationTask
{
    private const int MostConstants = 30;

    private static readonly string[] Extremes = ["the largest thing", "the smallest thing", "the leftmost thing", "the rightmost thing", "the topmost thing", "the bottommost thing"];

    /// <summary>What a description may turn out to mean.</summary>
    private enum Meaning
    {
        Right,
        Another,
        Several,
        None,
        Unreadable,
    }

    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.RegionDescription;

    /// <inheritdoc/>
    public override int MaxTokens => 64;

    /// <inheritdoc/>
    public override bool NeedsSize => true;

    /// <inheritdoc/>
    public override IReadOnlyList<SamplePart> Content(EvaluationItem item) => [new SampleBoxes([item.Region!.Value])];

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        Outcome[] outcomes = [.. items.Select((item, i) => Judge((TruthTarget)item.Target!, answers[i]))];
        return new Scoring(
            new ScoreSheet
            {
                Metric = "singling out",
                Conventions =
                [
                    "A description is right when, looked up in the truth, it fits the object in the box and no other; how it is worded does not matter.",
                    "It is read with the world's words and grammar alone: an article, adjectives and a noun, the place in a row, the size among the like, or where it is seen from "
                        + "another thing; one that says anything else cannot be read and is wrong.",
                    "Places are judged by the middles of boxes: left of something is what is further left, however little; sizes among the like by the areas of boxes.",
                    "\"True of the object\" are descriptions that fit it, whether or not they fit others too.",
                ],
                Count = outcomes.Length,
                Scores = Scores(outcomes),
                Groups = ItemGroups.Of(items, outcomes, Scores),
                Counts =
                [
                    Number("descriptions of another object", Meaning.Another),
                    Number("descriptions that fit several objects", Meaning.Several),
                    Number("descriptions that fit none", Meaning.None),
                    Number("descriptions that cannot be read", Meaning.Unreadable),
                ],
            },
            [.. outcomes.Select((each, i) => new Judgement(Word(each.Meaning), ((TruthTarget)items[i].Target!).Shown, each.Meaning == Meaning.Right ? 1 : 0))]);

        ScoreCount Number(string name, Meaning meaning) => new(name, outcomes.Count(each => each.Meaning == meaning));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) =>
    [
        .. items.CountBy(item => ((TruthTarget)item.Target!).Meant!.Kind).OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal)
            .Take(MostConstants - Extremes.Length).Select(each => $"the {each.Key}"),
        .. Extremes,
    ];

    private static Outcome Judge(TruthTarget target, string answer)
    {
        if (WorldDescription.Read(answer) is not { } description)
        {
            return new Outcome(Meaning.Unreadable, IsTrue: false);
        }

        IReadOnlyList<TruthObject> fitting = description.Resolve(target.Truth);
        bool isTrue = fitting.Contains(target.Meant!);
        return new Outcome(fitting.Count switch { 0 => Meaning.None, 1 => isTrue ? Meaning.Right : Meaning.Another, _ => Meaning.Several }, isTrue);
    }

    private static IReadOnlyList<Score> Scores(IReadOnlyList<Outcome> outcomes) =>
    [
        CommSharp.Evaluation.Score.Percent("singled out", (double)outcomes.Count(each => each.Meaning == Meaning.Right) / outcomes.Count),
        CommSharp.Evaluation.Score.Percent("true of the object", (double)outcomes.Count(each => each.IsTrue) / outcomes.Count),
    ];

    private static string? Word(Meaning meaning) => meaning switch
    {
        Meaning.Right => "the object",
        Meaning.Another => "another object",
        Meaning.Several => "several objects",
        Meaning.None => "no object",
        _ => null,
    };

    private sealed record Outcome(Meaning Meaning, bool IsTrue);
}
