using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Pretraining.Running;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using CommSharp.Training.Tests.Running;
using CommSharp.Training.Tracking.Logs;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

/// <summary>Runs pretrainings of tiny models in this process.</summary>
internal static class Pretrainings
{
    public static TowerSettings Tower { get; } = new() { ImageSize = ColouredSquares.Side, PatchSize = 7, Width = 32, Depth = 2, Heads = 2, MlpRatio = 2 };

    public static ClipSettings Clip { get; } = new()
    {
        Tower = Tower,
        Text = new ClipTextSettings { Width = 32, Depth = 1, Heads = 2, ContextLength = 24 },
        ProjectionWidth = 16,
        Tokenizer = TokenizerSource.Model(TokenizerSource.Small),
    };

    public static DinoSettings Dino { get; } = new()
    {
        Tower = Tower,
        GlobalSize = ColouredSquares.Side,
        Global = new ViewSettings { SmallestCrop = 0.5, Flip = 0.5, Brightness = 0.1 },
        LocalCrops = 2,
        LocalSize = 14,
        Local = new ViewSettings { SmallestCrop = 0.2, LargestCrop = 0.5, Flip = 0.5, Brightness = 0.1 },
        Head = new DinoHeadSettings { HiddenWidth = 64, Bottleneck = 32, Prototypes = 64 },
    };

    public static MaeSettings Mae { get; } = new()
    {
        Tower = Tower,
        DecoderWidth = 32,
        DecoderDepth = 1,
        DecoderHeads = 2,
        MaskRatio = 0.5,
        View = new ViewSettings { SmallestCrop = 0.8, Flip = 0.5 },
    };

    public static DeitSettings Deit { get; } = new() { Tower = Tower, View = new ViewSettings { SmallestCrop = 0.8, Flip = 0.5 } };

    public static PretrainingRecipe Recipe(string folder, ObjectiveSettings objective, int steps, double rate = 3e-3, int batch = 16) => new()
    {
        Name = "test",
        Objective = objective,
        Data = Source(folder, objective, "train"),
        Probe = new ProbeSettings { Data = Source(folder, objective, "val"), EverySteps = steps, Pictures = 32, References = 64 },
        Schedule = new ScheduleSettings { Steps = steps, LearningRate = rate, WarmUp = 0.1 },
        Batch = new PictureBatchSettings { Size = batch },
        Checkpoints = new CheckpointSettings { EverySteps = 1000 },
        Seed = 7,
    };

    public static PretrainingRecipeFile File(PretrainingRecipe recipe) => new(recipe, "test.json", Directory.GetCurrentDirectory());

    public static TrainingResult Complete(PretrainingRecipe recipe, string folder, ScalarType dtype = ScalarType.Float32) =>
        PretrainingRun.Run(File(recipe), folder, Trainings.Quiet, dtype, [], TestContext.Current.CancellationToken);

    public static void Stop(PretrainingRecipe recipe, string folder, int after)
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => PretrainingRun.Run(
            File(recipe), folder, Trainings.Quiet, ScalarType.Float32, [new StoppingTracker(after, source)], source.Token));
    }

    /// <summary>A run that is stopped after so many steps each time ends with the bits and the story of one that is not.</summary>
    public static void RequireSameAfterStops(PretrainingRecipe recipe, TemporaryFolder folder, params IReadOnlyList<int> stops)
    {
        Complete(recipe, folder["whole"]);
        foreach (int stop in stops)
        {
            Stop(recipe, folder["parts"], stop);
        }

        string last = $"step-{recipe.Schedule.Steps:D9}";
        Complete(recipe, folder["parts"]);
        string[] whole = Weights("whole");
        Assert.NotEmpty(whole);
        Assert.Equal(whole, Weights("parts"));
        Assert.Equal(RunFiles.Story(folder["whole"]), RunFiles.Story(folder["parts"]));

        string[] Weights(string run) =>
            [.. RunFiles.Weights(folder[run]).Where(file => file.StartsWith("model", StringComparison.Ordinal) || file.Contains(last, StringComparison.Ordinal))];
    }

    /// <summary>As many tensors live after 60 steps as after 3.</summary>
    public static void RequireNoLeaks(PretrainingObjective objective, PictureBatch pictures)
    {
        using var optimizer = new Optimizer(objective.Parameters, new OptimizerSettings());
        var step = new PretrainingStep(objective, optimizer, new LearningRateSchedule(60, 0, 0), 1, CPU);
        var measures = new StepMeasures();
        long after3 = 0;
        for (int i = 1; i <= 60; i++)
        {
            Assert.True(step.Run(new PictureStep(i, 0, [pictures], []), measures).IsFinite);
            after3 = i == 3 ? LeakGuard.LiveTensors : after3;
        }

        Assert.Equal(after3, LeakGuard.LiveTensors);
    }

    public static double[] Losses(string folder) =>
        [.. TrainingLog.Read(Path.Combine(folder, TrainingLog.FileName)).OfType<StepRecord>().Select(step => step.Loss)];

    public static ProbeRecord LastProbe(string folder) => TrainingLog.Read(Path.Combine(folder, TrainingLog.FileName)).OfType<ProbeRecord>().Last();

    public static double Value(this ProbeRecord probe, string name) => probe.Measures.Single(measure => measure.Name == name).Value;

    private static PictureSource Source(string folder, ObjectiveSettings objective, string split) =>
        objective is ClipSettings ? ColouredSquares.Captions(folder, split) : ColouredSquares.Classes(folder, split);
}
