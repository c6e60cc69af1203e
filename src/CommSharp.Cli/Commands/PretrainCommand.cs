using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Cli.Training;
using CommSharp.Runtime;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Pretraining.Running;
using CommSharp.Training.Running;
using Spectre.Console;
using TorchSharp;

namespace CommSharp.Cli.Commands;

/// <summary>A pretraining and how it ended.</summary>
internal sealed record PretrainReport(string Name, string Identity, TrainingResult Result);

/// <summary>Pretrains a tower by a recipe.</summary>
internal sealed class PretrainCommand : Verb<PretrainReport>
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = $"A recipe's file, or one of {string.Join(", ", PretrainingRecipeFile.BuiltIn)}." };

    private readonly Option<string> _out = new("--out")
    {
        Description = "The run's folder: log, checkpoints, and in the end the model. A run that was stopped goes on there.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string[]> _changes = new("--set") { Description = "A change to the recipe, such as schedule.steps=1000.", HelpName = "PATH=VALUE" };

    private readonly Option<DeviceChoice> _device = CommonOptions.Device();

    private readonly Option<DtypeChoice> _dtype = CommonOptions.Parsed(
        "--dtype",
        $"What the model's weights are stored in: {CommonOptions.DtypeMeanings}. Checkpoints always hold float32.",
        "DTYPE",
        DtypeChoice.Parse,
        new DtypeChoice(torch.ScalarType.Float32));

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "How many threads compute; all cores when left out. Weights are the same to the bit only with the same number.",
        HelpName = "N",
    };

    private readonly Option<TimeSpan?> _stopAfter = CommonOptions.StopAfter();

    public PretrainCommand()
        : base(
            "pretrain",
            "Pretrain a vision tower by a recipe: CLIP, DINO, MAE or DeiT. A stopped run goes on where it was.",
            "commsharp pretrain recipe.json --out runs/clip --set schedule.steps=1000")
    {
        Arguments.Add(_recipe);
        foreach (Option option in new Option[] { _out, _changes, _device, _dtype, _threads, _stopAfter })
        {
            Options.Add(option);
        }
    }

    protected override JsonTypeInfo<PretrainReport> ResultJson => CliJson.Default.PretrainReport;

    protected override Task<PretrainReport> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        Task.Run(() => Pretrain(context, cancellationToken), cancellationToken);

    protected override void Render(PretrainReport result, IAnsiConsole output)
    {
        TrainingResult run = result.Result;
        if (!run.IsComplete)
        {
            output.WriteLine($"stopped after step {run.Step} of {run.TotalSteps}; the same command goes on from there");
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pretrained {run.TotalSteps} steps{(run.Loss is { } loss ? $", last loss {loss:f4}" : "")}"));
        output.WriteLine($"model: {run.Model}");
    }

    private PretrainReport Pretrain(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Value(_threads) is < 1)
        {
            throw new UsageException("--threads must be at least 1");
        }

        long begun = TimeProvider.System.GetTimestamp();
        var recipe = PretrainingRecipeFile.Load(context.Value(_recipe), context.Value(_changes) ?? []);
        context.LoadRuntime();
        if (context.Value(_threads) is { } threads)
        {
            torch.set_num_threads(threads);
        }

        var options = new TrainingOptions
        {
            Device = context.Value(_device)!.Resolve(),
            StopAfter = context.Value(_stopAfter) - TimeProvider.System.GetElapsedTime(begun),
            Note = note => context.Notes.WriteLine($"commsharp: {note}"),
        };
        TrainingResult result = PretrainingRun.Run(
            recipe, context.Value(_out)!, options, context.Value(_dtype)!.Type, [new TerminalTracker(context.Notes, TimeProvider.System)], cancellationToken);
        return new PretrainReport(recipe.Recipe.Name, recipe.Identity, result);
    }
}
