using System.Globalization;
using System.Text;
using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Pages;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tracking.Cards;

/// <summary>Writes a card into the folder of a run: card.json for programs, card.md for people.</summary>
public static class CardFiles
{
    /// <summary>The card for programs.</summary>
    public const string JsonName = "card.json";

    /// <summary>The card for people.</summary>
    public const string MarkdownName = "card.md";

    private const string Undefined = "-";
    private const int ShownFiles = 200; // in card.md; a data set can have a hundred thousand

    /// <summary>Reads a resolved recipe's text as a card holds it.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ArgumentException">It is no JSON.</exception>
    public static JsonElement Recipe(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new ArgumentException("The resolved recipe is no JSON.", nameof(json), error);
        }
    }

    /// <summary>Writes both files, each whole or not at all.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="card">The card.</param>
    /// <exception cref="CommSharpException">One cannot be written.</exception>
    public static void Write(string folder, ReproducibilityCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        AtomicFile.WriteText(Path.Combine(folder, JsonName), TrackingJson.Page(card));
        AtomicFile.WriteText(Path.Combine(folder, MarkdownName), Markdown(card));
    }

    /// <summary>Reads a card.json, to compare runs.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CommSharpException">It cannot be read, or is no card.</exception>
    public static ReproducibilityCard Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            ReproducibilityCard? card = JsonSerializer.Deserialize(file, TrackingJson.Default.ReproducibilityCard);
            return card?.Format == ReproducibilityCard.CurrentFormat
                ? card
                : throw new DataException(new DataPlace(path), $"is no card of format {ReproducibilityCard.CurrentFormat}; read it with the CommSharp that wrote it");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new DataException(new DataPlace(path), "is no card of a training", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(new DataPlace(path), $"cannot be read: {error.Message}", error);
        }
    }

    private static string Markdown(ReproducibilityCard card)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(MarkdownText.Words(card.Name)).Append("\n\nIdentity: `").Append(MarkdownText.Words(card.Identity)).Append("`\n");
        Table(text, "Outcome", OutcomeOf(card.Outcome));
        Table(text, "Time", TimeOf(card.Totals));
        Table(text, "Versions",
            ("CommSharp", card.Versions.CommSharp),
            (".NET", card.Versions.DotNet),
            ("TorchSharp", card.Versions.TorchSharp),
            ("libtorch", card.Versions.LibTorch ?? Undefined),
            ("SkiaSharp", card.Versions.SkiaSharp),
            ("operating system", card.Versions.OperatingSystem));
        Table(text, "Hardware",
            ("processor", card.Hardware.Processor),
            ("cores", Number(card.Hardware.Cores)),
            ("instruction sets", string.Join(' ', card.Hardware.InstructionSets)),
            ("memory", Gigabytes(card.Hardware.MemoryBytes)),
            ("device", card.Hardware.Device));
        Table(text, "Seeds", [.. card.Seeds.Select(seed => (seed.Name, Number(seed.Value)))]);
        Table(text, "Data", [.. card.Data.Take(ShownFiles).Select(file => (file.Path, $"{Number(file.Bytes)} bytes, SHA-256 {file.Sha256}"))]);
        text.Append(card.Data.Count > ShownFiles ? $"\nand {Number(card.Data.Count - ShownFiles)} more, which card.json lists\n" : "");
        string recipe = TrackingJson.Page(card.Recipe);
        return text.Append("\n## Recipe\n\n").Append(MarkdownText.Code("json", recipe)).ToString();
    }

    private static (string, string)[] OutcomeOf(TrainingOutcome outcome) =>
    [
        ("complete", outcome.IsComplete ? "yes" : "no, it can go on"),
        ("last step", Number(outcome.LastStep)),
        ("last losses", outcome.LastLosses.Count == 0 ? Undefined : string.Join(", ", outcome.LastLosses.Select(Rounded))),
        ("last validation", Scores(outcome.LastValidation)),
        ("best validation", Scores(outcome.BestValidation)),
    ];

    private static string Scores(ValidationOutcome? validation) => validation is null
        ? Undefined
        : $"loss {Rounded(validation.Loss)} after step {Number(validation.Step)}"
            + (validation.ExactAnswers is { } exact ? $", exact answers {Rounded(100 * exact)} %" : "")
            + (validation.MeanIoU is { } iou ? $", mean IoU {Rounded(iou)}" : "");

    private static (string, string)[] TimeOf(TrainingTotals totals) =>
    [
        ("start", Time(totals.Start)),
        ("end", Time(totals.End)),
        ("started", totals.Sessions == 1 ? "once" : $"{Number(totals.Sessions)} times"),
        ("wall", Seconds(totals.WallSeconds)),
        ("waiting for data", Seconds(totals.Seconds.Data)),
        ("forward and backward", Seconds(totals.Seconds.Compute)),
        ("clipping and update", Seconds(totals.Seconds.Optimizer)),
        ("reports", Seconds(totals.Seconds.Tracking)),
        ("saving", Seconds(totals.Seconds.Saving)),
        ("steps", Number(totals.Steps)),
        ("samples", $"{Number(totals.Samples)}, {Rounded(totals.SamplesPerSecond)} a second"),
        ("tokens", $"{Number(totals.Tokens)}, {Rounded(totals.TokensPerSecond)} a second"),
        ("largest memory", Gigabytes(totals.PeakMemoryBytes)),
    ];

    private static void Table(StringBuilder text, string heading, params ReadOnlySpan<(string Name, string Value)> rows)
    {
        text.Append("\n## ").Append(heading).Append("\n\n| what | value |\n| --- | --- |\n");
        foreach ((string name, string value) in rows)
        {
            text.Append("| ").Append(MarkdownText.Words(name)).Append(" | ").Append(MarkdownText.Words(value)).Append(" |\n");
        }
    }

    private static string Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? Undefined;

    private static string Seconds(double seconds) => $"{seconds.ToString("0.0", CultureInfo.InvariantCulture)} s";

    private static string Gigabytes(long bytes) => $"{(bytes / 1e9).ToString("0.00", CultureInfo.InvariantCulture)} GB";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Rounded(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
