using System.Globalization;
using CommSharp.Checkpoints;
using CommSharp.Evaluation;
using Spectre.Console;

namespace CommSharp.Cli.Commands.Score;

/// <summary>A score sheet for a person to read: the scores, those of parts, the counts, and the rules that the numbers depend on.</summary>
internal static class ScoreSheetText
{
    public static void Write(ScoreSheet sheet, IAnsiConsole output)
    {
        Table scores = Empty($"{sheet.Metric}, {sheet.Count} items", "");
        foreach (CommSharp.Evaluation.Score score in sheet.Scores)
        {
            scores.AddRow(Shown(score.Name), Value(score));
        }

        output.Write(scores);
        WriteGroups(sheet.Groups, output);
        if (sheet.Counts.Count > 0)
        {
            Table counts = Empty("of these", "");
            foreach (ScoreCount count in sheet.Counts)
            {
                counts.AddRow(Shown(count.Name), count.Count.ToString(CultureInfo.InvariantCulture));
            }

            output.Write(counts);
        }

        output.WriteLine("Conventions:");
        foreach (string convention in sheet.Conventions)
        {
            output.WriteLine($"- {convention}");
        }
    }

    /// <summary>A number as papers print it.</summary>
    public static string Value(CommSharp.Evaluation.Score score) => score.Shown("undefined");

    /// <summary>A row for each part, a column for each score that any of them has.</summary>
    private static void WriteGroups(IReadOnlyList<ScoreGroup> groups, IAnsiConsole output)
    {
        if (groups.Count == 0)
        {
            return;
        }

        string[] names = [.. groups.SelectMany(group => group.Scores).Select(score => score.Name).Distinct()];
        Table table = Empty(["part", "items", .. names]);
        foreach (ScoreGroup group in groups)
        {
            IEnumerable<string> values = names.Select(name => group.Scores.FirstOrDefault(score => score.Name == name) is { } score ? Value(score) : "");
            table.AddRow([Shown(group.Name), group.Count.ToString(CultureInfo.InvariantCulture), .. values]);
        }

        output.Write(table);
    }

    private static Table Empty(params string[] columns) => new Table().AddColumns([.. columns.Select(Shown)]).Border(TableBorder.Simple);

    /// <summary>Names come out of files: neither Spectre's marks nor the terminal's may work in them.</summary>
    private static string Shown(string name) => Markup.Escape(Printable.Plain(name));
}
