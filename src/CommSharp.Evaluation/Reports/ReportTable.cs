namespace CommSharp.Evaluation.Reports;

/// <summary>A table of a report, in plain text.</summary>
/// <param name="Heading">What it shows.</param>
/// <param name="Columns">The names of the columns; the first one names the rows.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
internal sealed record ReportTable(string Heading, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
