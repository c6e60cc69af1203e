using System.CommandLine;
using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests;

/// <summary>What a command line gave.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string ErrorLine => Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Trim();
}

/// <summary>Runs the program within the test.</summary>
internal static class CommandLine
{
    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync(new DoctorCommand(), arguments);

    public static async Task<Outcome> RunAsync(Command verb, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await new CommandLineProgram([verb], output, error).RunAsync(arguments);
        return new(exitCode, output.ToString(), error.ToString());
    }
}
