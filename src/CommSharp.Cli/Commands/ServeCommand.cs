using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering.Engine;
using CommSharp.Cli.Asking;
using CommSharp.Server;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>A server that is ready to be asked.</summary>
internal sealed record ServeReport(string Address, string Model, bool NeedsKey);

/// <summary>Serves a model over HTTP until it is stopped.</summary>
internal sealed class ServeCommand : Verb<ServeReport>
{
    private readonly ModelOptions _model = new(isArgument: true);
    private readonly ServingOptions _serving = new();

    public ServeCommand()
        : base("serve", "Serve a model over HTTP: OpenAI's API with pictures and boxes.", "commsharp serve my-comm --port 8080")
    {
        _model.AddTo(this);
        _serving.AddTo(this);
    }

    protected override JsonTypeInfo<ServeReport> ResultJson => CliJson.Default.ServeReport;

    protected override async Task<ServeReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        (ServerOptions options, AnswerEngineOptions rows) = (_serving.Server(context), _serving.Engine(context));
        using AnswerEngine engine = await Task.Run(() => _model.LoadEngine(context, rows), cancellationToken);
        await using CommServer server = await CommServer.StartAsync(engine, options, error => Tell(context, error), cancellationToken);
        var report = new ServeReport(server.Address.ToString(), server.Model, options.ApiKeys.Count > 0);
        ServingOptions.WarnOfStrangers(context, options);
        await context.Output.WriteLineAsync(context.IsJson
            ? CliJson.Line(report, ResultJson)
            : $"{report.Model} answers at {report.Address} (Ctrl+C stops it)");
        await context.Output.FlushAsync(CancellationToken.None); // who started it as a process waits for this line
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Notes.WriteLine($"commsharp: stopping; answers in progress have {options.Grace.TotalSeconds:0} s to come to their end");
        await server.StopAsync(CancellationToken.None);
        throw new OperationCanceledException(cancellationToken);
    }

    protected override void Render(ServeReport result, IAnsiConsole output)
    {
        // The line was written when it was true.
    }

    private static void Tell(VerbContext context, Exception error) => context.Notes.WriteLine($"commsharp: a request failed: {error.GetType().Name}: {error.Message}");
}
