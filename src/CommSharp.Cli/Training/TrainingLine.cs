using System.Globalization;
using CommSharp.Training.Tracking;

namespace CommSharp.Cli.Training;

/// <summary>How a training goes, on one line.</summary>
internal static class TrainingLine
{
    private const string Gap = "  ";
    private const int BarCells = 20;

    /// <summary>The parts of the line, those that matter most first.</summary>
    /// <param name="start">The training.</param>
    /// <param name="step">Its last step.</param>
    /// <param name="loss">The smoothed loss.</param>
    /// <param name="recent">How fast it is.</param>
    public static IReadOnlyList<string> Parts(TrainingStart start, StepReport step, double loss, RecentSteps recent)
    {
        long left = Math.Max(0, start.TotalSteps - step.Step);
        List<string> parts = [$"step {Count(step.Step)}/{Count(start.TotalSteps)}", $"loss {Number("0.0000", loss)}"];
        if (recent.TimePerStep is { } each)
        {
            parts.Add($"{Duration(each * left)} left");
        }

        if (step.Rates.Count > 0)
        {
            parts.Add($"rate {Number("0.00e-0", step.Rates.Max(rate => rate.Rate))}");
        }

        AddSpeed(parts, recent.SamplesPerSecond, "samples/s");
        AddSpeed(parts, recent.TokensPerSecond is > 0 and var tokens ? tokens : null, "tokens/s");
        parts.Add($"memory {ByteSize.Format(step.MemoryBytes)}");
        if (recent.DataShare is { } share)
        {
            parts.Add($"data {Number("0", 100 * share)} %");
        }

        if (step.Unreadable > 0)
        {
            parts.Add($"unreadable {Count(step.Unreadable)}");
        }

        return parts;
    }

    /// <summary>The parts on one line, without the last ones where the line has no room for them; a bar before them where it has.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="done">The share that is done, 0..1.</param>
    /// <param name="width">The characters of the line.</param>
    public static string Fitted(IReadOnlyList<string> parts, double done, int width)
    {
        int shown = parts.Count;
        while (shown > 1 && Joined(parts, shown).Length > width)
        {
            shown--;
        }

        string line = Joined(parts, shown);
        int full = (int)(BarCells * Math.Clamp(done, 0, 1));
        string bar = $"[{new string('=', full)}{new string('.', BarCells - full)}]";
        bool hasRoom = shown == parts.Count && bar.Length + Gap.Length + line.Length <= width;
        return hasRoom ? bar + Gap + line : line.Length > width ? line[..Math.Max(0, width)] : line;
    }

    /// <summary>All parts on one line, for a file.</summary>
    public static string Whole(IReadOnlyList<string> parts) => Joined(parts, parts.Count);

    /// <summary>A validation.</summary>
    public static string Of(ValidationReport validation) =>
        $"step {Count(validation.Step)}: held-out loss {Number("0.0000", validation.Loss)}"
        + (validation.ExactAnswers is { } exact ? $", exact answers {Number("0.0", 100 * exact)} %" : "")
        + (validation.MeanIoU is { } iou ? $", mean IoU {Number("0.000", iou)}" : "")
        + (validation.IsBest ? ", the best so far" : "");

    /// <summary>A probe.</summary>
    public static string Of(ProbeReport probe) =>
        $"step {Count(probe.Step)}: {string.Join(", ", probe.Measures.Select(measure => $"{measure.Name} {Number("0.####", measure.Value)}"))}";

    /// <summary>A time as people say it, with two units at most.</summary>
    public static string Duration(TimeSpan time)
    {
        var whole = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, time.TotalSeconds)));
        FormattableString text = whole switch
        {
            { Days: > 0 } => $"{whole.Days} d {whole.Hours:00} h",
            { Hours: > 0 } => $"{whole.Hours} h {whole.Minutes:00} min",
            { Minutes: > 0 } => $"{whole.Minutes} min {whole.Seconds:00} s",
            _ => $"{whole.Seconds} s",
        };
        return FormattableString.Invariant(text);
    }

    /// <summary>A number of things with its thousands apart.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static void AddSpeed(List<string> parts, double? perSecond, string unit)
    {
        if (perSecond is { } speed)
        {
            parts.Add($"{Number(speed < 10 ? "0.00" : speed < 100 ? "0.0" : "#,0", speed)} {unit}");
        }
    }

    private static string Joined(IReadOnlyList<string> parts, int count) => string.Join(Gap, parts.Take(count));

    private static string Number(string format, double number) => number.ToString(format, CultureInfo.InvariantCulture);
}
