using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Cli.Parity;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>Proves on this machine that every part of the model computes what the public references compute.</summary>
internal sealed class ParityCommand : Verb<ParityReport>
{
    private readonly Argument<DirectoryInfo> _folder = new("FOLDER") { Description = "A folder of golden cases with a manifest.json." };

    private readonly Option<FileInfo?> _markdown = new("--markdown")
    {
        Description = "Also write the report as a Markdown page.",
        HelpName = "FILE",
    };

    public ParityCommand()
        : base(
            "parity",
            "Compare every part of the model with the golden outputs of public reference implementations.",
            "commsharp parity tests/Fixtures/parity")
    {
        Arguments.Add(_folder);
        Options.Add(_markdown);
    }

    protected override JsonTypeInfo<ParityReport> ResultJson => CliJson.Default.ParityReport;

    protected override Task<ParityReport> RunAsync(VerbContext context, CancellationToken cancellationToken) => Task.Run(() => Compare(context, cancellationToken), cancellationToken);

    protected override void Render(ParityReport result, IAnsiConsole output)
    {
        Table table = new Table().AddColumns("case", "kind", "outputs", "largest difference", "").Border(TableBorder.Simple);
        foreach (ParityResult each in result.Cases)
        {
            table.AddRow(
                each.Name,
                each.Kind,
                $"{each.Comparisons.Count} of {each.Expected}",
                each.LargestDifference.ToString("0.0e+0", CultureInfo.InvariantCulture),
                each.Passed ? "[green]ok[/]" : "[red]failed[/]");
        }

        output.Write(table);
        output.WriteLine(result.Summary);
    }

    protected override string? FailureIn(ParityReport result) => result.Compared == 0
        ? "Nothing was compared; name a folder whose manifest.json lists cases of models."
        : result.Cases.FirstOrDefault(each => !each.Passed)?.Problem;

    private ParityReport Compare(VerbContext context, CancellationToken cancellationToken)
    {
        string folder = context.Value(_folder).FullName;
        if (!Directory.Exists(folder))
        {
            throw new CommSharpException($"{context.Value(_folder)}: there is no such folder; name one of golden cases, such as tests/Fixtures/parity.");
        }

        string? page = context.Value(_markdown)?.FullName;
        if (page is not null)
        {
            AtomicFile.RequireFolder(page);
        }

        context.LoadRuntime();
        var results = new List<ParityResult>();
        IReadOnlyList<ParityCase> cases = ParityManifest.Read(folder).Cases;
        string[] others = [.. cases.Where(parity => !ParityOutputs.Knows(parity.Kind)).Select(parity => parity.Kind).Distinct()];
        if (others.Length > 0)
        {
            context.Notes.WriteLine($"commsharp: cases of the kinds {string.Join(", ", others)} are no models and are not compared here");
        }

        foreach (ParityCase parity in cases.Where(parity => ParityOutputs.Knows(parity.Kind)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(ParityRun.Run(folder, parity));
        }

        var report = new ParityReport(results);
        if (page is not null)
        {
            AtomicFile.WriteText(page, report.ToMarkdown());
        }

        return report;
    }
}
