using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Training;
using CommSharp.Runtime;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Studies;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>One training and how it ended.</summary>
internal sealed record TrainedRun(string Name, string Identity, TrainingResult Result);

/// <summary>The trainings of one command: one, or those of a study.</summary>
internal sealed record TrainReport(IReadOnlyList<TrainedRun> Runs);

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

    private readonly Option<TimeSpan?> _stopAfter = CommonOptions.Parsed<TimeSpan?>(
        "--stop-after",
        "Stop at the end of a step after so long, such as 110m or 1.5h; the same command goes on from there.",
        "TIME",
        ParseTime,
        null);

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
        foreach (TrainedRun run in result.Runs)
        {
            string name = result.Runs.Count > 1 ? $"{run.Name}: " : "";
            if (!run.Result.IsComplete)
            {
                output.WriteLine($"{name}stopped after step {run.Result.Step} of {run.Result.TotalSteps}; the same command goes on from there");
                continue;
            }

            output.WriteLine($"{name}trained {run.Result.TotalSteps} steps{Losses(run.Result)}");
            output.WriteLine($"{name}model: {run.Result.Model}");
            if (run.Result.BestModel is { } best)
            {
                output.WriteLine($"{name}model with the lowest held-out loss: {best}");
            }
        }
    }

    private static string Losses(TrainingResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{(result.Loss is { } loss ? $", last loss {loss:f4}" : "")}{(result.ValidationLoss is { } heldOut ? $", held-out loss {heldOut:f4}" : "")}");

    private static TimeSpan? ParseTime(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0
            ? TimeSpan.FromSeconds(number * unit)
            : throw new CommSharpException($"\"{text}\" is no time; write a number and s, m or h, such as 110m.");
    }

    private TrainReport Train(VerbContext context, CancellationToken cancellationToken)
    {
        string recipe = context.Value(_recipe), target = context.Value(_out)!;
        string[] changes = context.Value(_changes) ?? [];
        // Every recipe is read before the first run begins: a misspelt patch is found at once and not after a day.
        (string Name, string Folder, RecipeFile Recipe)[] runs = context.Value(_patches) is { } patches
            ? [.. StudyPatch.ReadFolder(patches).Select(patch => (patch.Name, Path.Combine(target, patch.Name), RecipeFile.Load(recipe, [.. changes, .. patch.Changes])))]
            : [("", target, RecipeFile.Load(recipe, changes))];
        context.LoadRuntime();
        var options = new TrainingOptions
        {
            Device = context.Value(_device)!.Resolve(),
            StopAfter = context.Value(_stopAfter),
            IgnoresMemoryPlan = context.Value(_ignoreMemoryPlan),
            Note = note => context.Notes.WriteLine($"commsharp: {note}"),
        };
        var done = new List<TrainedRun>();
        foreach ((string name, string folder, RecipeFile file) in runs)
        {
            TrainingResult result = TrainingRun.Run(file, folder, options, [new TerminalTracker(context.Notes, TimeProvider.System)], cancellationToken);
            done.Add(new TrainedRun(name.Length > 0 ? name : file.Recipe.Name, file.Identity, result));
            if (!result.IsComplete)
            {
                break;
            }
        }

        return new TrainReport(done);
    }
}
