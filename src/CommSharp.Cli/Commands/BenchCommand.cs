using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Bench;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>Measures this machine, and how much of it is used.</summary>
internal sealed class BenchCommand : Verb<BenchReport>
{
    private static readonly Dictionary<string, Func<CancellationToken, BenchMeasurement>> Benches = new(StringComparer.Ordinal)
    {
        ["tower"] = TowerBench.Run,
        ["decode"] = DecodeBench.Run,
        ["picture"] = PictureBench.Run,
        ["load"] = LoadBench.Run,
        ["vqa"] = VqaBench.Run,
        ["captions"] = CaptionsBench.Run,
    };

    private readonly Argument<string[]> _names = new Argument<string[]>("WHAT")
    {
        Description = "What to measure; everything when nothing is named.",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    }.AcceptOnlyFromAmong([.. Benches.Keys]);

    public BenchCommand()
        : base("bench", "Measure speed as a share of what this machine can do.", "commsharp bench tower decode") => Arguments.Add(_names);

    protected override JsonTypeInfo<BenchReport> ResultJson => CliJson.Default.BenchReport;

    protected override Task<BenchReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.LoadRuntime();
        string[] chosen = context.Value(_names);
        var measurements = new List<BenchMeasurement>();
        foreach ((string name, Func<CancellationToken, BenchMeasurement> measure) in Benches.Where(bench => chosen.Length == 0 || chosen.Contains(bench.Key)))
        {
            context.Notes.WriteLine($"commsharp: measuring {name}");
            measurements.Add(measure(cancellationToken));
        }

        return Task.FromResult(new BenchReport(measurements));
    }

    protected override void Render(BenchReport result, IAnsiConsole output)
    {
        Table table = new Table().AddColumns("what", "ms", "rate", "limit", "share").Border(TableBorder.Simple);
        foreach (BenchMeasurement each in result.Measurements)
        {
            table.AddRow(each.Name + Memory(each), $"{each.Milliseconds:0.0}", $"{each.Rate:0.0} {each.Unit}", $"{each.LimitRate:0.0} {each.Unit} ({each.Limit})", $"{each.Share:0.00}");
        }

        output.Write(table);
    }

    private static string Memory(BenchMeasurement each) => each is { Bytes: { } bytes, WantedBytes: { } wanted }
        ? $"; {ByteSize.Format(bytes)} of memory, wanted within {ByteSize.Format(wanted)}"
        : "";
}
