using CommSharp.Answering;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using CommSharp.Training.Tracking;

namespace CommSharp.Training.Tests.Tracking;

/// <summary>Reports of a training that never was.</summary>
internal static class MadeUp
{
    public static TrainingStart Start(string folder, long firstStep = 0, long totalSteps = 100) => new("tiny run", folder, firstStep, totalSteps, 1200, 34000, 320);

    public static StepTimes Times { get; } = new(
        TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(0.125), TimeSpan.FromSeconds(0.0625), TimeSpan.FromSeconds(0.0625));

    public static StepReport Step(long step, double? loss = null) => new(
        step, step / 40.0, loss ?? (4.0 / step), 1.25, [new("projector", 2e-5), new("merges", 1e-4)], 8, 500, 120, 0, 1_500_000_000 + step, Times);

    public static ValidationReport Validation(long step, double loss, params AnsweredSample[] answers) => new(
        step, loss, 0.75, 0.5, answers, [new("1-clip", [1, 2, 3], [0.1 * step, 0.5, -0.25]), new("2-dino", [19, 20], [0.25, 0.75])], true);

    public static AnsweredSample Sample(string words, RgbImage? picture = null, PixelBox[]? truth = null, PixelBox[]? answered = null)
    {
        AnswerRegion[] regions = [.. (answered ?? []).Select(box => new AnswerRegion(new NormalizedBox(0, 0, 1, 1), box))];
        AnswerPhrase[] phrases = regions.Length == 0 ? [] : [new AnswerPhrase("it", new TextSpan(0, 2), new TextSpan(3, 5), regions, [], 0.5)];
        var answer = new Answer(words, phrases, [], FinishReason.EndOfText, new AnswerUsage(10, 4, 0, 5), new AnswerTiming(0, 0, 0));
        return new AnsweredSample($"val.jsonl, line 3: {words}", picture, $"Where? {words}", $"There. {words}", truth ?? [], answer, false, 0.25);
    }

    /// <summary>Tells a tracker of a step after another.</summary>
    public static void Run(ITrainingTracker tracker, long from, long to)
    {
        for (long step = from; step <= to; step++)
        {
            tracker.Step(Step(step));
        }
    }
}
