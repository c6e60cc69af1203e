using System.CommandLine;
using CommSharp.Runtime;
using Spectre.Console;

namespace CommSharp.Cli;

/// <summary>What a verb is given: its arguments, and the way to libtorch and to the person who waits.</summary>
internal sealed class VerbContext(ParseResult parsed)
{
    /// <summary>Standard error, for progress and remarks; standard output belongs to the result.</summary>
    public IAnsiConsole Notes { get; } = Terminal.On(parsed.InvocationConfiguration.Error);

    /// <summary>Standard output, for a result that comes in pieces; nothing is written there with --json but the result itself.</summary>
    public TextWriter Output => parsed.InvocationConfiguration.Output;

    /// <summary>Standard input, for verbs that talk.</summary>
    public TextReader Input { get; } = Console.In;

    /// <summary>Whether a person types the input, who wants to be prompted; a file or another program does not.</summary>
    public bool IsTyped { get; } = !Console.IsInputRedirected;

    /// <summary>Whether the result is wanted as JSON.</summary>
    public bool IsJson => parsed.GetValue(GlobalOptions.Json);

    /// <summary>The value of an option.</summary>
    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>The value of a required argument.</summary>
    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The value of an argument that may be left out.</summary>
    public T? OptionalValue<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>Loads the libtorch that --libtorch names, or the usual one, and passes its warnings on. To be called before the first tensor.</summary>
    /// <exception cref="NativeRuntimeException">libtorch cannot be used.</exception>
    public NativeRuntimeInfo LoadRuntime()
    {
        NativeRuntimeInfo runtime = NativeRuntime.Load(new() { LibTorchFolder = parsed.GetValue(GlobalOptions.LibTorch) });
        foreach (string warning in runtime.Warnings)
        {
            Notes.WriteLine($"commsharp: {warning}");
        }

        return runtime;
    }
}
