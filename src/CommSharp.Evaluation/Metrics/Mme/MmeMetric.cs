using CommSharp.Data.Formats.Mme;
using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Metrics.Mme;

/// <summary>MME: two questions a picture, 14 tasks. Source of the rules: MME's calculation.py.</summary>
public static class MmeMetric
{
    /// <summary>How many questions are asked about each picture.</summary>
    internal const int QuestionsOfPicture = 2;

    private const int Looked = 4; // characters

    private static readonly string[] Conventions =
    [
        "A response is yes if its first four characters, in lower case, contain \"yes\", "
            + "else no if they contain \"no\" (so \"Know\" is no and \"Eyes\" is yes), else other (MME's calculation.py).",
        "Nothing is trimmed: three blanks before \"yes\" make it other.",
        "acc is the share of right responses, acc+ the share of pictures with both right; other is wrong. A task's score is 100 acc + 100 acc+.",
        "Perception is the sum of ten tasks (at most 2000), cognition the sum of four (at most 800); either is undefined when a task is missing.",
        "Precision and recall leave out responses that are other.",
    ];

    /// <summary>What a response is taken for.</summary>
    /// <param name="response">What the model said.</param>
    public static YesNoAnswer Read(string response)
    {
        string start = PythonText.Prefix(PythonText.Lower(PythonText.Prefix(response, Looked)), Looked);
        return start.Contains("yes", StringComparison.Ordinal) ? YesNoAnswer.Yes
            : start.Contains("no", StringComparison.Ordinal) ? YesNoAnswer.No
            : YesNoAnswer.Other;
    }

    /// <summary>Scores responses.</summary>
    /// <param name="items">Task by task; the two questions of a picture follow each other.</param>
    /// <exception cref="CommSharpException">There is no item, a picture has not two successive ones, or a task is unknown.</exception>
    public static MmeResult Evaluate(IEnumerable<MmeItem> items)
    {
        MmeItemScore[] scores = [.. items.Select(item => new MmeItemScore(item, Read(item.Response)))];
        ScoreSheet.RequireItems(scores.Length);
        ILookup<string, MmeItemScore> byTask = scores.ToLookup(score => score.Item.Task, StringComparer.Ordinal);
        if (byTask.FirstOrDefault(task => !MmeTasks.All.Contains(task.Key)) is { } unknown)
        {
            throw new CommSharpException($"MME has no task '{unknown.Key}'; its tasks are {string.Join(", ", MmeTasks.All)}.");
        }

        MmeTaskScore[] tasks = [.. MmeTasks.All.Where(byTask.Contains).Select(task => ScoreTask(task, [.. byTask[task]]))];
        double? perception = Sum(tasks, MmeTasks.Perception), cognition = Sum(tasks, MmeTasks.Cognition);
        var counts = YesNoCounts.Of(scores.Select(score => (score.Item.Truth, score.Said)));
        return new MmeResult(scores, tasks, perception, cognition, new ScoreSheet
        {
            Metric = "mme",
            Conventions = Conventions,
            Count = scores.Length,
            Scores = [new Score("perception", perception, "points"), new Score("cognition", cognition, "points")],
            Groups = [.. tasks.Select(Group)],
            Counts = [new ScoreCount("responses that are neither yes nor no", counts.Other)],
        });
    }

    private static MmeTaskScore ScoreTask(string task, MmeItemScore[] scores)
    {
        int both = 0;
        foreach (MmeItemScore[] pair in scores.Chunk(QuestionsOfPicture))
        {
            if (pair is not [var first, var second] || first.Item.Picture != second.Item.Picture)
            {
                throw new CommSharpException($"The picture '{pair[0].Item.Picture}' of MME's task {task} has not two successive questions; both are needed for acc+.");
            }

            both += first.IsCorrect && second.IsCorrect ? 1 : 0;
        }

        return new MmeTaskScore(task, scores.Length / QuestionsOfPicture, both, YesNoCounts.Of(scores.Select(score => (score.Item.Truth, score.Said))));
    }

    private static double? Sum(MmeTaskScore[] tasks, IReadOnlyList<string> wanted)
    {
        MmeTaskScore[] found = [.. wanted.SelectMany(name => tasks.Where(task => task.Task == name))];
        return found.Length == wanted.Count ? found.Sum(task => task.Score) : null;
    }

    private static ScoreGroup Group(MmeTaskScore task) => new(task.Task, task.Counts.Count,
    [
        new Score("score", task.Score, "points"),
        Score.Percent("acc", task.Accuracy),
        Score.Percent("acc+", task.AccuracyPlus),
        Score.Percent("precision", task.Counts.Precision),
        Score.Percent("recall", task.Counts.Recall),
        Score.Percent("other", (double)task.Counts.Other / task.Counts.Count),
    ]);
}
