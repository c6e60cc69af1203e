using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Metrics.Pope;

/// <summary>POPE: whether a model sees objects that are not there. Source of the rules: POPE's evaluate.py; lmms-eval, tasks/pope/utils.py.</summary>
public static class PopeMetric
{
    /// <summary>What an answer is taken for.</summary>
    /// <param name="answer">What the model said.</param>
    /// <param name="convention">The rule.</param>
    public static YesNoAnswer Read(string answer, PopeConvention convention = PopeConvention.Official) => convention switch
    {
        PopeConvention.Official => SaysNo(answer) ? YesNoAnswer.No : YesNoAnswer.Yes,
        PopeConvention.LmmsEval => PythonText.Strip(PythonText.Lower(answer)) switch
        {
            "yes" => YesNoAnswer.Yes,
            "no" => YesNoAnswer.No,
            _ => YesNoAnswer.Other,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(convention), convention, "Unknown convention."),
    };

    /// <summary>Scores answers.</summary>
    /// <param name="items">The questions with their answers.</param>
    /// <param name="convention">The rule.</param>
    /// <exception cref="CommSharpException">There is no item.</exception>
    public static PopeResult Evaluate(IEnumerable<PopeItem> items, PopeConvention convention = PopeConvention.Official)
    {
        PopeItemScore[] scores = [.. items.Select(item => new PopeItemScore(item, Read(item.Answer, convention)))];
        ScoreSheet.RequireItems(scores.Length);
        var counts = YesNoCounts.Of(scores.Select(score => (score.Item.Truth, score.Said)));
        var sheet = new ScoreSheet
        {
            Metric = "pope",
            Conventions = Conventions(convention),
            Count = counts.Count,
            Scores =
            [
                Score.Percent("accuracy", counts.Accuracy),
                Score.Percent("precision", counts.Precision),
                Score.Percent("recall", counts.Recall),
                Score.Percent("F1", counts.F1),
                Score.Percent("yes ratio", counts.YesRatio),
            ],
            Counts =
            [
                new ScoreCount("yes, rightly (TP)", counts.TruePositives),
                new ScoreCount("yes, wrongly (FP)", counts.FalsePositives),
                new ScoreCount("no, rightly (TN)", counts.TrueNegatives),
                new ScoreCount("no, wrongly (FN)", counts.FalseNegatives),
                .. convention == PopeConvention.LmmsEval ? new[] { new ScoreCount("neither yes nor no", counts.Other) } : [],
            ],
        };
        return new PopeResult(scores, counts, sheet);
    }

    /// <summary>Commas are deleted and no other sign, and only the blank parts words: "no!", "NO" and "no" before a line end are yes.</summary>
    private static bool SaysNo(string answer)
    {
        int stop = answer.IndexOf('.');
        string sentence = (stop < 0 ? answer : answer[..stop]).Replace(",", "", StringComparison.Ordinal);
        return sentence.Split(' ').Any(word => word is "No" or "no" or "not");
    }

    private static IReadOnlyList<string> Conventions(PopeConvention convention) =>
    [
        .. convention == PopeConvention.Official
            ? new[]
            {
                "An answer is no if, before its first full stop and without commas, one of the words between single blanks is exactly \"No\", \"no\" or \"not\" (POPE's evaluate.py).",
                "Any other answer is yes, also an empty one, \"NO\", \"no!\" and \"cannot\".",
            }
            :
            [
                "An answer is yes or no only if it is that word alone, but for capitals and blanks around it (lmms-eval).",
                "Any other answer is wrong; precision, recall and F1 leave it out.",
                "The yes ratio is that of the answers, where lmms-eval prints that of the questions under this name.",
            ],
        "Yes is the positive class; the yes ratio is the share of yes among all answers.",
    ];
}
