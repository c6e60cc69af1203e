using CommSharp.Data.Formats.Vqa;
using CommSharp.Evaluation.Metrics.Vqa;

namespace CommSharp.Cli.Bench;

/// <summary>VQA's accuracy over about as many questions as VQAv2's validation set has, against the time that it may take.</summary>
internal static class VqaBench
{
    private const int Rounds = 3;
    private const int Questions = 200_000;
    private const int People = 10;
    private const double WantedSeconds = 20;

    // Short answers as people type them: most need nothing done, some every step.
    private static readonly string[] Words =
    [
        "yes", "no", "2", "two", "white", "black", "blue", "red", "brown", "green", "none", "tennis", "frisbee", "pizza", "left", "right", "Yes", "no.",
        "the table", "on the left", "black and white", "black/white", "red-and-white", "t-shirt", "t - shirt", "10:30 a.m.", "1,000", "3.5", "dont know",
        "it's raining", "a dog", "an apple", "St. Bernard", "baseball bat", "wine glass", "to catch ball", "coca cola", "yes, it is", "unknown", "café",
    ];

    public static BenchMeasurement Run(CancellationToken cancellationToken)
    {
        VqaItem[] items = Items();
        double time = Stopwatches.Repeat(Rounds, () => VqaMetric.Evaluate(items), cancellationToken);
        return BenchMeasurement.Within($"VQA accuracy, {Questions} questions of {People} answers", time, WantedSeconds, Questions, "questions");
    }

    private static VqaItem[] Items()
    {
        var random = new Random(1);
        string[] types = ["yes/no", "number", "other"];
        return [.. Enumerable.Range(0, Questions).Select(question =>
        {
            string common = Words[random.Next(Words.Length)];
            VqaAnnotatorAnswer[] people = [.. Enumerable.Range(1, People).Select(person => new VqaAnnotatorAnswer(OrAnother(random, common), person, "yes"))];
            return new VqaItem($"{question}", $"type {random.Next(65)}", types[random.Next(types.Length)], people, OrAnother(random, common));
        })];
    }

    /// <summary>People agree three times of four.</summary>
    private static string OrAnother(Random random, string common) => random.Next(4) == 0 ? Words[random.Next(Words.Length)] : common;
}
