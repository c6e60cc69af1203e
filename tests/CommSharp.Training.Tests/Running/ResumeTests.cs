using CommSharp.Training.Recipes;
using CommSharp.Training.Running;

namespace CommSharp.Training.Tests.Running;

/// <summary>A training that was stopped any number of times ends as one that was not, to the bit.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ResumeTests() => GroundingSamples.Write(_folder.Path, 16);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_training_that_was_stopped_several_times_ends_as_one_that_was_not(int seed, bool hasAdapters)
    {
        RecipeFile recipe = Recipe(hasAdapters ? WithAdapters(Everything(_folder.Path)) : Everything(_folder.Path));
        TrainingResult whole = Trainings.Complete(recipe, _folder["whole"]);
        var random = new Random(seed);
        int left = 12;
        for (int steps = random.Next(1, 5); steps < left; left -= steps, steps = random.Next(1, 5))
        {
            Trainings.Stop(recipe, _folder["parts"], steps);
        }

        TrainingResult parts = Trainings.Complete(recipe, _folder["parts"]);
        Assert.True(parts.IsComplete);
        Assert.Equal(RunFiles.Weights(_folder["whole"]).Where(IsOfBoth), RunFiles.Weights(_folder["parts"]).Where(IsOfBoth));
        Assert.Equal(RunFiles.Story(_folder["whole"]), RunFiles.Story(_folder["parts"]));
        Assert.Equal(whole with { Folder = "", Model = "", BestModel = "", Seconds = 0 }, parts with { Folder = "", Model = "", BestModel = "", Seconds = 0 });
        Assert.Empty(RunFiles.Temporary(_folder["parts"]));
    }

    [Fact]
    public void The_same_training_gives_the_same_weights_each_time_and_with_any_number_of_threads_that_read_data()
    {
        TrainingRecipe recipe = Everything(_folder.Path) with { Schedule = new ScheduleSettings { Steps = 4, LearningRate = 2e-3, WarmUp = 0 } };
        Trainings.Complete(Recipe(recipe), _folder["a"]);
        Trainings.Complete(Recipe(recipe), _folder["b"]);
        Trainings.Complete(Recipe(recipe with { Loading = new LoadingSettings { Workers = 5, Ahead = 1 } }), _folder["c"]);
        string[] weights = [.. RunFiles.Weights(_folder["a"]).Where(IsTensors)];
        Assert.NotEmpty(weights);
        Assert.Equal(weights, RunFiles.Weights(_folder["b"]).Where(IsTensors));
        Assert.Equal(weights, RunFiles.Weights(_folder["c"]).Where(IsTensors));
    }

    [Fact]
    public void A_complete_run_is_not_done_again_and_can_be_moved()
    {
        RecipeFile recipe = Recipe(GroundingSamples.Recipe(_folder.Path));
        TrainingResult first = Trainings.Complete(recipe, _folder["run"]);
        Assert.NotNull(first.Model);
        Assert.Null(first.ValidationLoss);
        Directory.Move(_folder["run"], _folder["moved"]);
        TrainingResult again = Trainings.Complete(recipe, _folder["moved"]);
        Assert.Equal(first with { Folder = _folder["moved"], Model = _folder["moved", "model"] }, again);
    }

    [Fact]
    public void What_a_process_left_that_was_killed_in_its_first_moment_is_no_run_of_something_else()
    {
        _folder.Write("run/.lock");
        _folder.Write("run/.recipe.json.0123.tmp", "{ \"for");
        Assert.True(Trainings.Complete(Recipe(GroundingSamples.Recipe(_folder.Path)), _folder["run"]).IsComplete);
        Assert.Empty(RunFiles.Temporary(_folder["run"]));
    }

    [Fact]
    public void A_training_stops_after_a_time_and_goes_on()
    {
        RecipeFile recipe = Recipe(GroundingSamples.Recipe(_folder.Path));
        TrainingResult stopped = TrainingRun.Run(
            recipe, _folder["run"], Trainings.Quiet with { StopAfter = TimeSpan.FromTicks(1) }, [], TestContext.Current.CancellationToken);
        Assert.Equal((1, false, null), (stopped.Step, stopped.IsComplete, stopped.Model));
        Assert.Equal(6, Trainings.Complete(recipe, _folder["run"]).Step);
    }

    /// <summary>Everything that could hide a state: accumulation, grouping, augmentation, guidance, a mixture, held-out samples.</summary>
    private static TrainingRecipe Everything(string folder)
    {
        DatasetPart boxes = GroundingSamples.Data(folder);
        return GroundingSamples.Recipe(folder) with
        {
            Data = new InterleavePart { Parts = [boxes, boxes with { Task = "reg", Templates = null, Portion = 0.75 }], Weights = [2, 1] },
            Augmentation = new AugmentationSettings { Flip = 0.5, Brightness = 0.2, Contrast = 0.2, SmallestCrop = 0.7 },
            Validation = new ValidationSettings { Data = boxes, EverySteps = 3, Samples = 4, Answers = 2, MaxTokens = 8 },
            Guidance = new GuidanceSettings(),
            Schedule = new ScheduleSettings { Steps = 12, LearningRate = 5e-3, WarmUp = 0.2 },
            Batch = new BatchSettings { Size = 2, Accumulation = 2 },
            Checkpoints = new CheckpointSettings { EverySteps = 4, Keep = 3 },
        };
    }

    /// <summary>Adapters whose inputs are dropped by chance, in bfloat16 and with recomputation.</summary>
    private static TrainingRecipe WithAdapters(TrainingRecipe recipe) => recipe with
    {
        Trained = new TrainedSettings
        {
            Groups = [new ParameterGroup { Part = ModelPart.Merges }, new ParameterGroup { Part = ModelPart.Projector }],
            Lora = new LoraSettings { Rank = 2, Alpha = 4, Dropout = 0.3 },
        },
        Precision = new PrecisionSettings { Compute = FloatFormat.Brain, Frozen = FloatFormat.Brain },
        Recompute = true,
    };

    private RecipeFile Recipe(TrainingRecipe recipe) => GroundingSamples.AsFile(recipe, _folder.Path);

    /// <summary>A stop saves a checkpoint of its own; those of the plan and what comes in the end are there in both.</summary>
    private static bool IsOfBoth(string file) => file.StartsWith("model", StringComparison.Ordinal) || file.Contains("best", StringComparison.Ordinal)
        || file.Contains("step-000000012", StringComparison.Ordinal);

    /// <summary>The state names the recipe, of which the number of threads is a part.</summary>
    private static bool IsTensors(string file) => file.Contains(".safetensors", StringComparison.Ordinal);
}
