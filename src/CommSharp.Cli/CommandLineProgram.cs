using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using CommSharp.Checkpoints;
using CommSharp.Cli.Usage;

namespace CommSharp.Cli;

/// <summary>
/// The frame around the verbs: parses, runs one, and turns every outcome into an exit code and, where it is not a success, one line on standard
/// error.
/// </summary>
internal sealed class CommandLineProgram
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;
    public const int Interrupted = 130;              // 128 + SIGINT, as shells expect
    private const string TraceVariable = "COMMSHARP_TRACE";

    private readonly RootCommand _root = new("CommSharp: ask and ground with COMM, LLaVA and Shikra models; inspect, convert and compose them.");
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    public CommandLineProgram(IEnumerable<Command> verbs, TextWriter output, TextWriter error)
    {
        _output = output;
        _error = error;
        foreach (Option option in GlobalOptions.All)
        {
            _root.Options.Add(option);
        }

        foreach (Command verb in verbs)
        {
            _root.Subcommands.Add(verb);
        }

        StrictNumbers.Apply(_root);
        HelpOption help = _root.Options.OfType<HelpOption>().Single();
        HelpWithExample action = new((HelpAction)help.Action!);
        help.Action = action;
        _root.SetAction(action.Invoke);
    }

    /// <summary>Runs the verb that the arguments name.</summary>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult parsed = _root.Parse(arguments);
        if (UsageMistake.In(parsed) is { } mistake)
        {
            return Misuse(mistake, parsed);
        }

        InvocationConfiguration configuration = new()
        {
            Output = _output,
            Error = _error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = Timeout.InfiniteTimeSpan, // null would leave Ctrl+C to the system; a verb that stops has to tidy up first
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException e)
        {
            return Report("stopped", e, Interrupted);
        }
        catch (UsageException e)
        {
            Report(e.Message, e, Misused);
            return PointToHelp(parsed);
        }
        catch (Exception e) when (e is CommSharpException or IOException or UnauthorizedAccessException)
        {
            return Report(e.Message, e, Failed);
        }
        catch (Exception e)
        {
            return Report($"this should not have happened: {e.GetType().Name}: {e.Message} (set {TraceVariable}=1 for where)", e, Failed);
        }
    }

    private int Misuse(string mistake, ParseResult parsed)
    {
        _error.WriteLine($"commsharp: {Printable.Line(mistake)}");
        return PointToHelp(parsed);
    }

    private int PointToHelp(ParseResult parsed)
    {
        string verb = UsageMistake.NameOf(parsed.CommandResult);
        _error.WriteLine($"Try: commsharp {verb}{(verb.Length > 0 ? " " : "")}--help");
        return Misused;
    }

    private int Report(string message, Exception cause, int exitCode)
    {
        _error.WriteLine($"commsharp: {message.ReplaceLineEndings(" ").Trim()}");
        if (Environment.GetEnvironmentVariable(TraceVariable) == "1")
        {
            _error.WriteLine(cause);
        }

        return exitCode;
    }

    private sealed class HelpWithExample(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            using StringWriter help = new();
            parseResult.InvocationConfiguration.Output = help;
            int exitCode = inner.Invoke(parseResult);

            // The help calls the program by its file, which cannot be commsharp.dll where CommSharp.dll is the same name.
            output.Write(help.ToString().Replace(RootCommand.ExecutableName, "commsharp", StringComparison.Ordinal));
            if (parseResult.CommandResult.Command is IVerb verb)
            {
                output.WriteLine($"Example:\n  {verb.Example}\n");
            }

            return exitCode;
        }
    }
}
