using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Bench;
using CommSharp.Cli.Bench.SmallTraining;
using CommSharp.Imaging;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>Measures this machine, and how much of it is used.</summary>
internal sealed class BenchCommand : Verb<BenchReport>
{
    private const string Train = "train";
    private const string Serve = "serve";

    private static readonly Dictionary<string, Func<Settings, CancellationToken, Task<BenchMeasurement>>> Benches = new(StringComparer.Ordinal)
    {
        ["tower"] = (_, token) => Task.FromResult(TowerBench.Run(token)),
        ["decode"] = (_, token) => Task.FromResult(DecodeBench.Run(token)),
        ["picture"] = (settings, token) => Task.FromResult(settings.Picture.Run(token)),
        ["load"] = (_, token) => Task.FromResult(LoadBench.Run(token)),
        ["vqa"] = (_, token) => Task.FromResult(VqaBench.Run(token)),
        ["captions"] = (_, token) => Task.FromResult(CaptionsBench.Run(token)),
        ["step"] = (settings, token) => Task.FromResult(settings.Step.Run(token)),
        ["run"] = (settings, token) => Task.FromResult(RunBench.Run(settings.Step.Steps, token)),
        [Serve] = (settings, token) => settings.Serve.RunAsync(token),
    };

    private readonly Argument<string[]> _names = new Argument<string[]>("WHAT")
    {
        Description = "What to measure; everything but serve when nothing is named. train is step and run.",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
    }.AcceptOnlyFromAmong([.. Benches.Keys, Train]);

    private readonly Option<string?> _picture = new("--picture") { Description = "What the measurement named picture prepares; a made JPEG of 12 megapixels by default.", HelpName = "FILE" };
    private readonly Option<ImageFit?> _fit = CommonOptions.Fit("How that picture becomes a square: pad, crop or resize; pad by default.");
    private readonly Option<string?> _output = new("--out") { Description = "The PNG file that its square is written to.", HelpName = "FILE" };

    private readonly Option<int> _steps = new("--steps")
    {
        Description = "How many steps of training step and run measure; memory is judged from step 200 on.",
        HelpName = "N",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<string?> _start = new("--start")
    {
        Description = "The safetensors file that step's first weights and batch are written to, for a peer that does the same steps.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _model = new("--model") { Description = "The folder of the model that serve serves; the tabletop model that comes with CommSharp when left out.", HelpName = "DIR" };

    private readonly Option<int> _clients = new("--clients") { Description = "How many clients serve has.", HelpName = "N", DefaultValueFactory = _ => 32 };

    private readonly Option<int> _seconds = new("--seconds") { Description = "How long serve measures.", HelpName = "N", DefaultValueFactory = _ => 60 };

    public BenchCommand()
        : base("bench", "Measure speed as a share of what this machine can do.", "commsharp bench tower decode")
    {
        Arguments.Add(_names);
        foreach (Option option in new Option[] { _picture, _fit, _output, _steps, _start, _model, _clients, _seconds })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<BenchReport> ResultJson => CliJson.Default.BenchReport;

    protected override async Task<BenchReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        string[] chosen = [.. context.Value(_names).SelectMany(name => name == Train ? ["step", "run"] : new[] { name })];
        var settings = new Settings(Picture(context, chosen), Step(context), Server(context));
        context.LoadRuntime();
        var measurements = new List<BenchMeasurement>();
        foreach ((string name, Func<Settings, CancellationToken, Task<BenchMeasurement>> measure) in Benches.Where(bench => chosen.Length == 0 ? bench.Key != Serve : chosen.Contains(bench.Key)))
        {
            context.Notes.WriteLine($"commsharp: measuring {name}");
            measurements.Add(await measure(settings, cancellationToken));
        }

        return new BenchReport(measurements);
    }

    protected override void Render(BenchReport result, IAnsiConsole output)
    {
        Table table = new Table().AddColumns("what", "ms", "rate", "limit", "share").Border(TableBorder.Simple);
        foreach (BenchMeasurement each in result.Measurements)
        {
            table.AddRow(each.Name + Memory(each), $"{each.Milliseconds:0.0}", $"{each.Rate:0.0} {each.Unit}", $"{each.LimitRate:0.0} {each.Unit} ({each.Limit})", $"{each.Share:0.00}{(each.WantedShare is { } share ? $" (wanted: {share:0.00})" : "")}");
            foreach (BenchDetail detail in each.Details)
            {
                string limit = detail.Wanted is { } most ? $"wanted: at most {most:0.##} {detail.Unit}".TrimEnd() : "";
                table.AddRow($"  {detail.Name}", "", $"{detail.Value:0.####} {detail.Unit}".TrimEnd(), limit, "");
            }
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

    private StepBench Step(VerbContext context)
    {
        int steps = context.Value(_steps);
        if (steps <= StepBench.FirstSteps)
        {
            throw new UsageException($"--steps is {steps}; it must be more than {StepBench.FirstSteps}, after which tensors are counted first.");
        }

        string? start = context.Value(_start);
        AnsweringOptions.RequireFolderOf(start);
        return new StepBench(steps, start);
    }

    private ServeBench Server(VerbContext context)
    {
        int clients = context.Value(_clients), seconds = context.Value(_seconds);
        return clients < 1 || seconds < 1
            ? throw new UsageException($"--clients is {clients} and --seconds {seconds}; both must be at least 1.")
            : new ServeBench(context.Value(_model) ?? DefaultModel.Find(), clients, TimeSpan.FromSeconds(seconds));
    }

    private static string Memory(BenchMeasurement each) => each is { Bytes: { } bytes, WantedBytes: { } wanted }
        ? $"; {ByteSize.Format(bytes)} of memory, wanted within {ByteSize.Format(wanted)}"
        : "";

    /// <summary>What the measurements are told.</summary>
    private sealed record Settings(PictureBench Picture, StepBench Step, ServeBench Serve);
}
