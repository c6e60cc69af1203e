using System.Globalization;
using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation.Reports;

/// <summary>What a report says, in plain text, whatever it is written in.</summary>
/// <param name="Headline">The score that papers print, and over how many items.</param>
/// <param name="Notes">What a reader must know before the numbers.</param>
/// <param name="Tables">The scores, those of parts, and the counts.</param>
/// <param name="Conventions">Each rule that the numbers depend on.</param>
/// <param name="Run">What the run was.</param>
internal sealed record ReportContent(
    string Headline, IReadOnlyList<string> Notes, IReadOnlyList<ReportTable> Tables, IReadOnlyList<string> Conventions, ReportTable Run)
{
    /// <summary>Stands for a number that is not defined.</summary>
    public const string Undefined = "-";

    private const string Exchanged = "pictures exchanged";
    private const string Constant = "best constant answer";
    private const string BySort = "best of each sort";

    /// <summary>Everything that a result says.</summary>
    public static ReportContent Of(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        (string Name, ScoreSheet Sheet)[] sheets = Sheets(result);
        string[] conventions = [.. (result.Scores?.Conventions ?? []).Concat(result.Run.Conventions).Distinct(StringComparer.Ordinal)];
        return new ReportContent(Summary(result), [.. Remarks(result)], [.. NumbersOf(sheets)], conventions, Identity(result.Run));
    }

    private static string Summary(EvaluationResult result) => result.Scores switch
    {
        null => $"{Number(result.Run.Items)} answers without scores: the truth of this benchmark is not published.",
        { Scores: [] } sheet => $"{sheet.Metric}: no score over {Number(sheet.Count)} items",
        { Scores: [Score first, ..] } sheet => $"{first.Name}: {first.Shown(Undefined)} over {Number(sheet.Count)} items",
    };

    private static IEnumerable<string> Remarks(EvaluationResult result)
    {
        yield return result.LeftOut == 0
            ? "Records left out because they are bad: 0."
            : $"Records left out because they are bad: {Number(result.LeftOut)}; problems.txt lists each.";
        if (result.Controls is { } controls)
        {
            yield return "Pictures exchanged: every sample was asked about another sample's picture.";
            yield return $"Best constant answer: the best of {Number(controls.ConstantsTried)} answers, each given to every sample, is \"{controls.Constant}\".";
            if (controls.SortScores is not null)
            {
                yield return "Best of each sort: every sample gets the answer that is best when it is given to all questions of its sort.";
            }
        }
    }

    private static (string Name, ScoreSheet Sheet)[] Sheets(EvaluationResult result)
    {
        List<(string, ScoreSheet)> sheets = result.Scores is { } scores ? [("model", scores)] : [];
        if (result.Controls is { } controls)
        {
            sheets.AddRange([(Exchanged, controls.Exchanged), (Constant, controls.ConstantScores)]);
            if (controls.SortScores is { } bySort)
            {
                sheets.Add((BySort, bySort));
            }
        }

        return [.. sheets];
    }

    private static IEnumerable<ReportTable> NumbersOf((string Name, ScoreSheet Sheet)[] sheets)
    {
        string[] columns = [.. sheets.Select(each => each.Name)];
        string[] names = Names(sheets.SelectMany(each => each.Sheet.Scores).Select(score => score.Name));
        if (names.Length > 0)
        {
            yield return new ReportTable("Scores", ["score", .. columns], [.. names.Select(name => Row(name, sheets, sheet => Value(sheet.Scores, name)))]);
        }

        foreach ((string name, ScoreSheet sheet) in sheets.Where(each => each.Sheet.Groups.Count > 0))
        {
            yield return Parts(name, sheet.Groups);
        }

        string[] counts = Names(sheets.SelectMany(each => each.Sheet.Counts).Select(count => count.Name));
        if (counts.Length > 0)
        {
            yield return new ReportTable("Counts", ["items", .. columns], [.. counts.Select(name => Row(name, sheets, sheet => Count(sheet, name)))]);
        }
    }

    private static IReadOnlyList<string> Row(string name, (string Name, ScoreSheet Sheet)[] sheets, Func<ScoreSheet, string> cell) =>
        [name, .. sheets.Select(each => cell(each.Sheet))];

    private static ReportTable Parts(string name, IReadOnlyList<ScoreGroup> groups)
    {
        string[] scores = Names(groups.SelectMany(group => group.Scores).Select(score => score.Name));
        return new ReportTable(
            $"Parts: {name}",
            ["part", "items", .. scores],
            [.. groups.Select(IReadOnlyList<string> (group) => [group.Name, Number(group.Count), .. scores.Select(score => Value(group.Scores, score))])]);
    }

    private static ReportTable Identity(RunIdentity run) => new(
        "Run",
        ["what", "value"],
        [
            ["CommSharp", run.Version],
            ["benchmark", run.Benchmark],
            ["model", run.Model],
            ["model fingerprint", run.ModelFingerprint],
            ["data fingerprint", run.DataFingerprint],
            ["items", Number(run.Items)],
            ["asked together", Number(run.Batch)],
            ["longest answer in tokens", Number(run.MaxTokens)],
            ["template", run.Template],
        ]);

    private static string[] Names(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal)];

    private static string Value(IReadOnlyList<Score> scores, string name) => scores.FirstOrDefault(score => score.Name == name)?.Shown(Undefined) ?? Undefined;

    private static string Count(ScoreSheet sheet, string name) => sheet.Counts.FirstOrDefault(count => count.Name == name) is { } count ? Number(count.Count) : Undefined;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
