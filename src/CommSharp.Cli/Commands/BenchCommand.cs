using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Bench;
using CommSharp.Imaging;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>Measures this machine, and how much of it is used.</summary>
internal sealed class BenchCommand : Verb<BenchReport>
{
    private static readonly Dictionary<string, Func<PictureBench, CancellationToken, BenchMeasurement>> Benches = new(StringComparer.Ordinal)
    {
        ["tower"] = (_, token) => TowerBench.Run(token),
        ["decode"] = (_, token) => DecodeBench.Run(token),
        ["picture"] = (picture, token) => picture.Run(token),
        ["load"] = (_, token) => LoadBench.Run(token),
        ["vqa"] = (_, token) => VqaBench.Run(token),
        ["captions"] = (_, token) => CaptionsBench.Run(token),
    };

    private readonly Argument<string[]> _names = new Argument<string[]>("WHAT")
    {
        Description = "What to measure; everything when nothing is named.",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    }.AcceptOnlyFromAmong([.. Benches.Keys]);

    private readonly Option<string?> _picture = new("--picture") { Description = "What the measurement named picture prepares; a made JPEG of 12 megapixels by default.", HelpName = "FILE" };
    private readonly Option<ImageFit?> _fit = CommonOptions.Fit("How that picture becomes a square: pad, crop or resize; pad by default.");
    private readonly Option<string?> _output = new("--out") { Description = "The PNG file that its square is written to.", HelpName = "FILE" };

    public BenchCommand()
        : base("bench", "Measure speed as a share of what this machine can do.", "commsharp bench tower decode")
    {
        Arguments.Add(_names);
        foreach (Option option in new Option[] { _picture, _fit, _output })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<BenchReport> ResultJson => CliJson.Default.BenchReport;

    protected override Task<BenchReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        string[] chosen = context.Value(_names);
        PictureBench picture = Picture(context, chosen);
        context.LoadRuntime();
        var measurements = new List<BenchMeasurement>();
        foreach ((string name, Func<PictureBench, CancellationToken, BenchMeasurement> measure) in Benches.Where(bench => chosen.Length == 0 || chosen.Contains(bench.Key)))
        {
            context.Notes.WriteLine($"commsharp: measuring {name}");
            measurements.Add(measure(picture, cancellationToken));
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

    private PictureBench Picture(VerbContext context, string[] chosen)
    {
        ImageFit? fit = context.Value(_fit);
        var picture = new PictureBench(context.Value(_picture), fit ?? ImageFit.Pad, context.Value(_output));
        if ((picture.File is not null || picture.Output is not null || fit is not null) && chosen.Length > 0 && !chosen.Contains("picture"))
        {
            throw new UsageException("--picture, --fit and --out belong to the measurement named picture; name it too.");
        }

        AnsweringOptions.RequireFolderOf(picture.Output);
        return picture;
    }

    private static string Memory(BenchMeasurement each) => each is { Bytes: { } bytes, WantedBytes: { } wanted }
        ? $"; {ByteSize.Format(bytes)} of memory, wanted within {ByteSize.Format(wanted)}"
        : "";
}
