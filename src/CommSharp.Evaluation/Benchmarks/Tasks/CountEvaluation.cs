using System.Globalization;
using System.Text.RegularExpressions;
using CommSharp.Data.Tasks;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>How many there are of a class: how often the number is right, and how far off it is.</summary>
public sealed partial class CountEvaluation : EvaluationTask
{
    private const int MostConstants = 20;

    private static readonly string[] Words =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ];

    [GeneratedRegex("[0-9]+|[A-Za-z]+")]
    private static partial Regex WordOrNumber { get; }

    /// <inheritdoc/>
    public override TemplateKind Kind => TemplateKind.Counting;

    /// <inheritdoc/>
    public override int MaxTokens => 16;

    /// <inheritdoc/>
    public override Scoring Score(IReadOnlyList<EvaluationItem> items, IReadOnlyList<string> answers, ScoringContext context)
    {
        Outcome[] outcomes = [.. items.Select((item, i) => new Outcome((CountTarget)item.Target!, Read(answers[i])))];
        return new Scoring(
            new ScoreSheet
            {
                Metric = "count",
                Conventions =
                [
                    ShortReply.Convention,
                    "An answer's number is the first one in it, in digits or as a word up to twenty; an answer without one is never exact, and counts as 0 in the error.",
                    .. outcomes.All(each => each.Target.Prior is not null)
                        ? new[] { "Train's median and mean are each class's own over the questions of the train split that are not asked here, the mean rounded; they need no picture." }
                        : [],
                ],
                Count = outcomes.Length,
                Scores = Scores(outcomes),
                Groups = ItemGroups.Of(items, outcomes, Scores),
                Counts = [new ScoreCount("answers without a number", outcomes.Count(each => each.Said is null))],
            },
            [.. outcomes.Select(each => new Judgement(each.Said?.ToString(CultureInfo.InvariantCulture), each.Target.Text, each.Said == each.Target.Count ? 1 : 0))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConstantAnswers(IReadOnlyList<EvaluationItem> items, ScoringContext context) =>
    [
        .. items.CountBy(item => ((CountTarget)item.Target!).Count).OrderByDescending(each => each.Value).ThenBy(each => each.Key).Take(MostConstants)
            .Select(each => each.Key.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The number that an answer says; null where it says none.</summary>
    internal static int? Read(string answer)
    {
        foreach (string word in WordOrNumber.Matches(ShortReply.Of(answer)).Select(match => match.Value))
        {
            if (char.IsAsciiDigit(word[0]))
            {
                return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
            }

            if (Array.FindIndex(Words, each => each.Equals(word, StringComparison.OrdinalIgnoreCase)) is >= 0 and var named)
            {
                return named;
            }
        }

        return null;
    }

    private static IReadOnlyList<Score> Scores(IReadOnlyList<Outcome> outcomes) =>
    [
        Exact("exact", outcomes, each => each.Said),
        Error("mean absolute error", outcomes, each => each.Said),
        .. outcomes.All(each => each.Target.Prior is not null)
            ? new[]
            {
                Exact("exact, saying train's median", outcomes, each => each.Target.Prior!.Median),
                Error("mean absolute error, saying train's median", outcomes, each => each.Target.Prior!.Median),
                Exact("exact, saying train's mean", outcomes, each => each.Target.Prior!.Mean),
                Error("mean absolute error, saying train's mean", outcomes, each => each.Target.Prior!.Mean),
            }
            : [],
    ];

    private static Score Exact(string name, IReadOnlyList<Outcome> outcomes, Func<Outcome, int?> said) =>
        CommSharp.Evaluation.Score.Percent(name, (double)outcomes.Count(each => said(each) == each.Target.Count) / outcomes.Count);

    private static Score Error(string name, IReadOnlyList<Outcome> outcomes, Func<Outcome, int?> said) =>
        new(name, outcomes.Average(each => Math.Abs((double)(said(each) ?? 0) - each.Target.Count)));

    private sealed record Outcome(CountTarget Target, int? Said);
}
