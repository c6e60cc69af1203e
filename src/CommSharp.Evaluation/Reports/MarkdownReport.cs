using System.Text;
using CommSharp.Evaluation.Running;

namespace CommSharp.Evaluation.Reports;

/// <summary>A finished evaluation as Markdown with GitHub's tables. Words of models and data are shown as words, whatever they are.</summary>
public static class MarkdownReport
{
    private const string Marks = "\\`*_[]<>|#~&$";

    /// <summary>Writes the report.</summary>
    /// <param name="result">The run's outcome.</param>
    /// <returns>The text of report.md.</returns>
    public static string Write(EvaluationResult result)
    {
        var content = ReportContent.Of(result);
        var text = new StringBuilder();
        text.Append("# ").Append(Words(result.Title)).Append("\n\n**").Append(Words(content.Headline)).Append("**\n");
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
            text.Append("- ").Append(Words(line)).Append('\n');
        }
    }

    private static void AppendTable(StringBuilder text, ReportTable table)
    {
        text.Append("\n## ").Append(Words(table.Heading)).Append("\n\n");
        AppendRow(text, table.Columns);
        AppendRow(text, table.Columns.Select(string (_, i) => i == 0 ? "---" : "---:"), encoded: true);
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            AppendRow(text, row);
        }
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells, bool encoded = false) =>
        text.Append("| ").AppendJoin(" | ", encoded ? cells : cells.Select(Words)).Append(" |\n");

    /// <summary>On one line, with everything escaped that Markdown would take for a mark; a colon before slashes would make a link.</summary>
    private static string Words(string text)
    {
        var words = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
            bool link = c == ':' && text.AsSpan(i + 1).StartsWith("//", StringComparison.Ordinal);
            words.Append(link || Marks.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : $"{c}");
        }

        return words.ToString();
    }
}
