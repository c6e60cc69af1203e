using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Checkpoints;
using CommSharp.Cli.Training;
using CommSharp.Runtime;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Studies;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>One training and how it ended.</summary>
internal sealed record TrainedRun(string Name, string Identity, TrainingResult Result);

/// <summary>The trainings of one command: one, or those of a study that were begun, with the study's table.</summary>
internal sealed record TrainReport(IReadOnlyList<TrainedRun> Runs, [property: JsonIgnore] IReadOnlyList<StudyRow>? Study = null);

/// <summary>Trains a model by a recipe, or several by a study.</summary>
internal sealed class TrainCommand : Verb<TrainReport>
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = $"A recipe's file, or one of {string.Join(", ", RecipeFile.BuiltIn)}." };

    private readonly Option<string> _out = new("--out")
    {
        Description = "The run's folder: log, checkpoints, pages, and in the end the model. A run that was stopped goes on there.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string[]> _changes = new("--set") { Description = "A change to the recipe, such as schedule.steps=1000.", HelpName = "PATH=VALUE" };

    private readonly Option<string?> _patches = new("--patches")
    {
        Description = "A study: a folder of patches, JSON files with changes to the recipe; each is a run of its own in a folder of --out.",
        HelpName = "DIR",
    };

    private readonly Option<DeviceChoice> _device = CommonOptions.Device();

    private readonly Option<bool> _ignoreMemoryPlan = new("--ignore-memory-plan")
    {
        Description = "Start even where there cannot be enough memory by the plan that commsharp inspect --train shows.",
    };

    private readonly Option<TimeSpan?> _stopAfter = CommonOptions.StopAfter();

    public TrainCommand()
        : base(
            "train",
            "Train a model by a recipe: what is trained, on which data, for how long. A stopped run goes on where it was.",
            "commsharp train recipe.json --out runs/first --set schedule.steps=1000")
    {
        Arguments.Add(_recipe);
        foreach (Option option in new Option[] { _out, _changes, _patches, _device, _stopAfter, _ignoreMemoryPlan })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<TrainReport> ResultJson => CliJson.Default.TrainReport;

    protected override Task<TrainReport> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        Task.Run(() => Train(context, cancellationToken), cancellationToken);

    protected override void Render(TrainReport result, IAnsiConsole output)
    {
        if (result.Study is { } study)
        {
            RenderStudy(study, output);
            return;
        }

        foreach (TrainedRun run in result.Runs)
        {
            if (!run.Result.IsComplete)
            {
                output.WriteLine($"stopped after step {run.Result.Step} of {run.Result.TotalSteps}; the same command goes on from there");
                continue;
            }

            output.WriteLine($"trained {run.Result.TotalSteps} steps{Losses(run.Result)}");
            output.WriteLine($"model: {run.Result.Model}");
            if (run.Result.BestModel is { } best)
            {
                output.WriteLine($"model with the lowest held-out loss: {best}");
            }
        }
    }

    private static void RenderStudy(IReadOnlyList<StudyRow> study, IAnsiConsole output)
    {
        Table table = new Table().AddColumns([.. StudyRow.Columns]).Border(TableBorder.Simple);
        foreach (StudyRow row in study)
        {
            table.AddRow([.. row.Cells.Select(cell => Markup.Escape(Printable.Plain(cell)))]);
        }

        output.Write(table);
        if (study.Any(row => row.Result is not { IsComplete: true }))
        {
            output.WriteLine("stopped before the last run was complete; the same command goes on from there");
        }
    }

    private static string Losses(TrainingResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{(result.Loss is { } loss ? $", last loss {loss:f4}" : "")}{(result.ValidationLoss is { } heldOut ? $", held-out loss {heldOut:f4}" : "")}");

    private TrainReport Train(VerbContext context, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        string recipe = context.Value(_recipe), target = context.Value(_out)!;
        string[] changes = context.Value(_changes) ?? [];
        if (context.Value(_patches) is { } patches)
        {
            // Every recipe is read before the first run begins: a misspelt patch is found at once and not after a day.
            IReadOnlyList<StudyRun> runs = StudyRun.Plan(recipe, changes, patches, target);
            context.LoadRuntime();
            return Study(context, runs, target, begun, cancellationToken);
        }

        var file = RecipeFile.Load(recipe, changes);
        context.LoadRuntime();
        TrainingResult result = TrainingRun.Run(file, target, OptionsFrom(context, begun), [Terminal(context)], cancellationToken);
        return new TrainReport([new TrainedRun(file.Recipe.Name, file.Identity, result)]);
    }

    private TrainReport Study(VerbContext context, IReadOnlyList<StudyRun> runs, string target, long begun, CancellationToken cancellationToken)
    {
        StudyRow[] rows = [.. runs.Select(run => new StudyRow(run.Name, run.Recipe.Identity, run.Changes))];
        for (int i = 0; i < runs.Count; i++)
        {
            TrainingOptions options = OptionsFrom(context, begun);
            if (options.StopAfter <= TimeSpan.Zero)
            {
                break;
            }

            TrainingResult result = TrainingRun.Run(runs[i].Recipe, runs[i].Folder, options, [Terminal(context)], cancellationToken);
            rows[i] = rows[i] with { Result = result };
            new StudySummary(rows).Write(target);
            if (!result.IsComplete)
            {
                break;
            }
        }

        return new TrainReport([.. rows.Where(row => row.Result is not null).Select(row => new TrainedRun(row.Name, row.Identity, row.Result!))], rows);
    }

    private static TerminalTracker Terminal(VerbContext context) => new(context.Notes, TimeProvider.System);

    /// <summary>What is left of --stop-after counts: it is meant for the whole command.</summary>
    private TrainingOptions OptionsFrom(VerbContext context, long begun) => new()
    {
        Device = context.Value(_device)!.Resolve(),
        StopAfter = context.Value(_stopAfter) - TimeProvider.System.GetElapsedTime(begun),
        IgnoresMemoryPlan = context.Value(_ignoreMemoryPlan),
        Note = note => context.Notes.WriteLine($"commsharp: {note}"),
    };
}
