using System.CommandLine;

namespace CommSharp.Cli.Commands.Score;

/// <summary>The verbs that score a model's answers with the metrics that papers print. A new metric is a file in this folder and its line here.</summary>
internal sealed class ScoreCommand : Command
{
    public ScoreCommand()
        : base("score", "Score a model's answers as the published evaluations do, with every convention stated.")
    {
        Subcommands.Add(new ScoreVqaCommand());
        Subcommands.Add(new ScorePopeCommand());
        Subcommands.Add(new ScoreMmeCommand());
        Subcommands.Add(new ScoreRecCommand());
        Subcommands.Add(new ScoreCaptionsCommand());
        Subcommands.Add(new ScoreRegCommand());
    }
}
