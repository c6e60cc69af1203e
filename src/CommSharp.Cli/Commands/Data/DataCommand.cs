using System.CommandLine;

namespace CommSharp.Cli.Commands.Data;

/// <summary>The verbs about data sets. A new one is a file in this folder and its line here.</summary>
internal sealed class DataCommand : Command
{
    public DataCommand()
        : base("data", "Look at data sets in the formats that people have.")
    {
        Subcommands.Add(new DataCheckCommand());
        Subcommands.Add(new DataRenderCommand());
    }
}
