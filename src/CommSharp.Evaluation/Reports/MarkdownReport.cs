using System.Text;
using CommSharp.Data.Pages;
using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation.Reports;

/// <summary>A finished evaluation as Markdown with GitHub's tables. Words of models and data are shown as words, whatever they are.</summary>
public static class MarkdownReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="result">The run's outcome.</param>
    /// <returns>The text of report.md.</returns>
    public static string Write(EvaluationResult result)
    {
        var content = ReportContent.Of(result);
        var text = new StringBuilder();
        text.Append("# ").Append(MarkdownText.Words(result.Title)).Append("\n\n**").Append(MarkdownText.Words(content.Headline)).Append("**\n");
        AppendList(text, content.Notes);
        foreach (ReportTable table in content.Tables)
        {
            AppendTable(text, table);
        }

        text.Append("\n## Conventions\n");
        AppendList(text, content.Conventions);
        AppendTable(text, content.Run);
        return text.ToString();
    }

    private static void AppendList(StringBuilder text, IReadOnlyList<string> lines)
    {
        text.Append('\n');
        foreach (string line in lines)
        {
            text.Append("- ").Append(MarkdownText.Words(line)).Append('\n');
        }
    }

    private static void AppendTable(StringBuilder text, ReportTable table)
    {
        text.Append("\n## ").Append(MarkdownText.Words(table.Heading)).Append("\n\n");
        AppendRow(text, table.Columns);
        AppendRow(text, table.Columns.Select(string (_, i) => i == 0 ? "---" : "---:"), encoded: true);
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            AppendRow(text, row);
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells, bool encoded = false) =>
        text.Append("| ").AppendJoin(" | ", encoded ? cells : cells.Select(MarkdownText.Words)).Append(" |\n");
}
