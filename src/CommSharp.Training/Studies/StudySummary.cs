using System.Globalization;
using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Training.Running;

namespace CommSharp.Training.Studies;

/// <summary>A run of a study and how far it came.</summary>
/// <param name="Name">The patch's name.</param>
/// <param name="Identity">The hash of its resolved recipe.</param>
/// <param name="Changes">What is different from the recipe that all runs share.</param>
/// <param name="Result">How it ended; null where it has not begun.</param>
public sealed record StudyRow(string Name, string Identity, IReadOnlyList<string> Changes, TrainingResult? Result = null)
{
    /// <summary>The names of a table's columns.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["run", "steps", "loss", "held-out loss", "exact answers", "mean IoU", "seconds"];

    /// <summary>A row of a table; "-" where there is nothing to tell.</summary>
    public IReadOnlyList<string> Cells =>
    [
        Name,
        Result is null ? "-" : Result.IsComplete ? Shown(Result.Step, "0") : $"{Shown(Result.Step, "0")} of {Shown(Result.TotalSteps, "0")}",
        Shown(Result?.Loss, "0.0000"),
        Shown(Result?.ValidationLoss, "0.0000"),
        Result?.ExactAnswers is { } exact ? Shown(100 * exact, "0.0") + " %" : "-",
        Shown(Result?.MeanIoU, "0.000"),
        Shown(Result?.Seconds, "0.0"),
    ];

    private static string Shown(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>The runs of a study side by side: study.json for programs, study.md for people.</summary>
/// <param name="Rows">The runs, in the order of their names.</param>
public sealed record StudySummary(IReadOnlyList<StudyRow> Rows)
{
    /// <summary>The file for programs.</summary>
    public const string JsonName = "study.json";

    /// <summary>The file for people.</summary>
    public const string MarkdownName = "study.md";

    /// <summary>Writes both files.</summary>
    /// <param name="folder">The study's folder.</param>
    /// <exception cref="CommSharpException">They cannot be written.</exception>
    public void Write(string folder)
    {
        ConfigurationFile.Write(Path.Combine(folder, JsonName), this with { Rows = [.. Rows.Select(row => row with { Result = Within(folder, row.Result) })] });
        AtomicFile.WriteText(Path.Combine(folder, MarkdownName), Markdown());
    }

    /// <summary>The table as Markdown, with the changes that make the runs differ.</summary>
    public string Markdown()
    {
        var text = new StringBuilder("# Study\n\n");
        AddRow([.. StudyRow.Columns, "changes"]);
        AddRow([.. Enumerable.Repeat("---", StudyRow.Columns.Count + 1)]);
        foreach (StudyRow row in Rows)
        {
            AddRow([.. row.Cells, string.Join(", ", row.Changes)]);
        }

        return text.ToString();

        void AddRow(IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Select(Escaped)).Append(" |\n");
    }

    private static string Escaped(string cell) => Printable.Plain(cell).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>Paths as the study's folder sees them, so that it can be moved.</summary>
    private static TrainingResult? Within(string folder, TrainingResult? result) => result is null ? null : result with
    {
        Folder = Path.GetRelativePath(folder, result.Folder),
        Model = result.Model is null ? null : Path.GetRelativePath(folder, result.Model),
        BestModel = result.BestModel is null ? null : Path.GetRelativePath(folder, result.BestModel),
    };
}
