using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace CommSharp.Cli;

/// <summary>What the frame needs to know of a verb to describe it.</summary>
internal interface IVerb
{
    /// <summary>A complete command line, shown by the verb's help.</summary>
    string Example { get; }
}

/// <summary>
/// A verb computes a result; the frame writes it, as text by <see cref="Render"/> or, with --json, by its JSON contract. So a verb cannot forget
/// --json, and a test can look at the result itself.
/// </summary>
/// <typeparam name="TResult">The result: a record listed in <see cref="CliJson"/>.</typeparam>
internal abstract class Verb<TResult> : Command, IVerb
{
    protected Verb(string name, string description, string example)
        : base(name, description)
    {
        Example = example;
        SetAction(InvokeAsync);
    }

    public string Example { get; }

    /// <summary>The result's entry in <see cref="CliJson"/>.</summary>
    protected abstract JsonTypeInfo<TResult> ResultJson { get; }

    /// <summary>Does the work. A failure is an exception of CommSharp's, with its remedy; notes and progress go to the context's standard error.</summary>
    protected abstract Task<TResult> RunAsync(VerbContext context, CancellationToken cancellationToken);

    /// <summary>Writes the result for a person to read.</summary>
    protected abstract void Render(TResult result, IAnsiConsole output);

    /// <summary>For a verb whose result may itself be bad news: the one line that standard error gets and that makes the exit code 1.</summary>
    protected virtual string? FailureIn(TResult result) => null;

    private async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TResult result = await RunAsync(new VerbContext(parsed), cancellationToken);
        if (parsed.GetValue(GlobalOptions.Json))
        {
            await output.WriteLineAsync(CliJson.Text(result, ResultJson));
        }
        else
        {
            Render(result, Terminal.On(output));
        }

        return FailureIn(result) is { } failure ? throw new CommSharpException(failure) : CommandLineProgram.Succeeded;
    }
}
