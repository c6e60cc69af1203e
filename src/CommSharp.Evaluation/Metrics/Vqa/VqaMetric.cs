using System.Globalization;
using CommSharp.Data.Formats.Vqa;

namespace CommSharp.Evaluation.Metrics.Vqa;

/// <summary>VQA accuracy, for VQAv2 and OK-VQA: an answer is as right as it is common among people. Source: the VQA v2 evaluation, vqaEval.py.</summary>
public static class VqaMetric
{
    private const int Decimals = 2;
    private const double Agreeing = 3; // so many other people make an answer wholly right

    /// <summary>Scores one question.</summary>
    /// <param name="item">The question.</param>
    /// <param name="convention">When answers are made alike first.</param>
    public static VqaItemScore Score(VqaItem item, VqaConvention convention = VqaConvention.Official)
    {
        VqaAnnotatorAnswer[] people = [.. item.HumanAnswers.Select(each => each with { Answer = VqaNormalization.Clean(each.Answer) })];
        bool differ = people.Any(each => each.Answer != people[0].Answer);
        string said = convention switch
        {
            VqaConvention.Official => VqaNormalization.Clean(item.Answer),
            VqaConvention.LmmsEval => VqaNormalization.NormalizeLmmsEval(VqaNormalization.PrepareLmmsEval(item.Answer)),
            _ => throw new ArgumentOutOfRangeException(nameof(convention), convention, "Unknown convention."),
        };
        if (differ)
        {
            Func<string, string> normalize = convention == VqaConvention.LmmsEval ? VqaNormalization.NormalizeLmmsEval : VqaNormalization.Normalize;
            people = [.. people.Select(each => each with { Answer = normalize(each.Answer) })];
            said = normalize(said);
        }

        return new VqaItemScore(item.Id, item.QuestionType, item.AnswerType, said, differ, Accuracy(people, said));
    }

    /// <summary>Scores all questions.</summary>
    /// <param name="items">The questions; taken one by one.</param>
    /// <param name="convention">When answers are made alike first.</param>
    /// <exception cref="CommSharpException">There is no item.</exception>
    public static VqaResult Evaluate(IEnumerable<VqaItem> items, VqaConvention convention = VqaConvention.Official)
    {
        VqaItemScore[] scores = [.. items.Select(item => Score(item, convention))];
        ScoreSheet.RequireItems(scores.Length);
        return new VqaResult(scores, new ScoreSheet
        {
            Metric = "vqa",
            Conventions = Conventions(convention),
            Count = scores.Length,
            Scores = [Overall(scores)],
            Groups = [.. Groups(scores, "answers: ", score => score.AnswerType), .. Groups(scores, "questions: ", score => score.QuestionType)],
            Counts = [new ScoreCount("annotators not all of one mind, so that answers were made alike", scores.Count(score => score.Normalized))],
        });
    }

    /// <summary>
    /// A percentage with two decimals, halves away from zero as Python 2 rounds them: what is exactly in the middle between two of them goes up,
    /// judged by the number's exact value, so 0.125 is 0.13 and 2.675, which is a little less, is 2.67.
    /// </summary>
    internal static double Rounded(double percentage)
    {
        double eighths = percentage * 8; // only an odd number of eighths is exactly in the middle
        return eighths == Math.Floor(eighths) && eighths % 2 != 0
            ? (double)decimal.Round((decimal)eighths / 8, Decimals, MidpointRounding.AwayFromZero)
            : double.Parse(percentage.ToString("F2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>The mean over the annotators of how many of the others said the same; added in their order, as the reference does.</summary>
    private static double Accuracy(VqaAnnotatorAnswer[] people, string said)
    {
        double sum = 0;
        foreach (VqaAnnotatorAnswer left in people)
        {
            sum += Math.Min(1, people.Count(each => each.Answer == said && each != left) / Agreeing);
        }

        return sum / people.Length;
    }

    private static IEnumerable<ScoreGroup> Groups(VqaItemScore[] scores, string kind, Func<VqaItemScore, string> part) => scores
        .GroupBy(part, StringComparer.Ordinal)
        .Select(group => new ScoreGroup(kind + group.Key, group.Count(), [Overall(group)]));

    private static Score Overall(IEnumerable<VqaItemScore> scores)
    {
        double sum = 0;
        int count = 0;
        foreach (VqaItemScore score in scores)
        {
            sum += score.Accuracy;
            count++;
        }

        return new Score("accuracy", Rounded(100 * sum / count), "%");
    }

    private static IReadOnlyList<string> Conventions(VqaConvention convention) =>
    [
        "A question's accuracy is the mean over its annotators of min(1, equal answers among the other annotators / 3): 1, 2, 3 or 4 equal ones of ten give 30, 60, 90 or 100 %.",
        .. convention == VqaConvention.Official
            ? new[]
            {
                "Answers are made alike (punctuation, number words, articles, contractions) only where the annotators' answers are not all the same text; "
                    + "\"Yes\" against ten \"yes\" scores 0 (VQA v2's vqaEval.py).",
            }
            :
            [
                "The model's answer is always made alike (lower case, punctuation, number words, articles, contractions), "
                    + "the annotators' only where they are not all the same text (lmms-eval).",
                "This is not the official rule, and its numbers are higher.",
            ],
        "Means over questions, in percent, rounded to two decimals with halves away from zero.",
    ];
}
