using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation.Tests.Reports;

/// <summary>Results to report on.</summary>
internal static class ReportSamples
{
    public const string Hostile = "</td><script>alert('x')</script> & \"q\" | *b* [a](http://b) \0 \ud800";

    public static EvaluationResult Result() => new()
    {
        Run = new RunIdentity("1.2.3", "rec", "models/comm", "aaf1", "bbf2", 40, 8, 64, "<image> Where is <expr>?", ["Pictures are padded.", "Greedy decoding."]),
        Title = "RefCOCO val",
        LeftOut = 3,
        Scores = Sheet(81.25, 70.5) with
        {
            Conventions = ["IoU of more than 0.5 is right.", "The first box counts."],
            Groups = [new ScoreGroup("left side", 30, [Score.Percent("accuracy", 0.9)]), new ScoreGroup("right side", 10, [Score.Percent("accuracy", null)])],
            Counts = [new ScoreCount("without a box", 7)],
        },
        Controls = new Controls(Sheet(11.5, 22), "[0.1,0.2,0.3,0.4]", Sheet(33.125, null), 5, null),
    };

    public static SampleRecord Sample(int index, double? score = 1) =>
        new(index, $"id{index}", null, $"{index}.png", "<image> Where?", $"There {index}.", "parsed it", "the target", score);

    private static ScoreSheet Sheet(double accuracy, double? iou) => new()
    {
        Metric = "rec",
        Conventions = [],
        Count = 40,
        Scores = [new Score("accuracy", accuracy, "%"), new Score("mean IoU", iou), new Score("precision", null, "%")],
    };
}
