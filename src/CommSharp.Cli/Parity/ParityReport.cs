using System.Globalization;
using System.Text;

namespace CommSharp.Cli.Parity;

/// <summary>Every case of a run.</summary>
internal sealed record ParityReport(IReadOnlyList<ParityResult> Cases)
{
    public int Compared => Cases.Sum(result => result.Comparisons.Count);

    public int Expected => Cases.Sum(result => result.Expected);

    /// <summary>The last line of every report.</summary>
    public string Summary => $"compared {Compared} of {Expected}";

    /// <summary>The page docs/parity.md.</summary>
    public string ToMarkdown()
    {
        var page = new StringBuilder();
        page.AppendLine("# Parity with public references");
        page.AppendLine();
        page.AppendLine("Small random models, run by the reference named and by CommSharp in float32 on a CPU. The largest absolute difference of any");
        page.AppendLine("output is given; 1e-4 is allowed (1e-5 for hidden_states.0), and integers such as greedy ids must be equal. This page is");
        page.AppendLine("written by `commsharp parity tests/Fixtures/parity --markdown docs/parity.md`, and a test compares every output again.");
        page.AppendLine();
        page.AppendLine("| case | reference | outputs | largest difference | |");
        page.AppendLine("| --- | --- | --- | --- | --- |");
        foreach (ParityResult result in Cases)
        {
            string difference = result.LargestDifference.ToString("0.0e+0", CultureInfo.InvariantCulture);
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {result.Reference} | {result.Comparisons.Count} of {result.Expected} | {difference} | {(result.Passed ? "ok" : "**failed**")} |");
        }

        page.AppendLine();
        page.AppendLine(Summary);
        return page.ToString().ReplaceLineEndings("\n");
    }
}
