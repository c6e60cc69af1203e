using System.CommandLine;
using CommSharp.Data.Formats.Mme;
using CommSharp.Evaluation;
using CommSharp.Evaluation.Metrics.Mme;

namespace CommSharp.Cli.Commands.Score;

/// <summary>MME: acc and acc+ of each task, perception and cognition.</summary>
internal sealed class ScoreMmeCommand : ScoreVerb
{
    private readonly Argument<string> _results = new("RESULTS")
    {
        Description = "The folder of the results, a file task.txt for each task: picture, question, Yes or No, and response, tabs between them.",
    };

    private readonly Option<string?> _questions = new("--questions")
    {
        Description = "MME's folder of pictures and questions: also require that the results answer each of them once.",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _tasks = new Option<string[]>("--task")
    {
        Description = "A task to score; may be repeated. All 14 when it is left out.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    }.AcceptOnlyFromAmong([.. MmeTasks.All]);

    public ScoreMmeCommand()
        : base("mme", "Perception and cognition on MME, and the score, acc and acc+ of each task.", "commsharp score mme results --questions MME_Benchmark_release_version")
    {
        Arguments.Add(_results);
        Options.Add(_questions);
        Options.Add(_tasks);
    }

    protected override ScoreSheet Evaluate(VerbContext context, CancellationToken cancellationToken)
    {
        string[] named = context.Value(_tasks)!;
        IReadOnlyList<string>? tasks = named.Length > 0 ? [.. named.Distinct()] : null;
        IEnumerable<MmeResponse> responses = MmeResponse.Read(context.Value(_results), tasks);
        if (context.Value(_questions) is { } questions)
        {
            responses = MmeResponse.Matching(responses, MmeQuestion.Read(questions, tasks ?? MmeTasks.All));
        }

        MmeResult result = MmeMetric.Evaluate(responses.Select(each => new MmeItem(each.Task, each.Picture, each.Question, each.Truth, each.Text)));
        WriteItems(context, result.Items, CliJson.Default.MmeItemScore);
        return result.Sheet;
    }
}
