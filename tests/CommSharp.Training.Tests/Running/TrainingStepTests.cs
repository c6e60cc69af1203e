using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Training.Batching;
using CommSharp.Training.Models;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Running;

public sealed class TrainingStepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingStepTests() => GroundingSamples.Write(_folder.Path, 16);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(LossAveraging.Token)]
    [InlineData(LossAveraging.Square)]
    public void Four_batches_of_four_give_the_gradients_and_the_update_of_one_of_sixteen(LossAveraging averaging)
    {
        var settings = new BatchSettings { Averaging = averaging, GroupByLength = false };
        (double loss, double norm, Dictionary<string, float[]> weights) whole = AfterOneStep(settings with { Size = 16 });
        (double loss, double norm, Dictionary<string, float[]> weights) parts = AfterOneStep(settings with { Size = 4, Accumulation = 4 });
        Assert.Equal(whole.loss, parts.loss, 1e-5);
        Assert.Equal(whole.norm, parts.norm, 1e-5 * whole.norm);
        foreach ((string name, float[] expected) in whole.weights)
        {
            Assert.True(expected.Zip(parts.weights[name], (a, b) => Math.Abs(a - b)).Max() < 1e-5, name);
        }
    }

    [Fact]
    public void Guidance_teaches_where_to_look_and_counts_alike_however_the_step_is_cut()
    {
        var guidance = new GuidanceSettings();
        (StepOutcome first, Dictionary<string, float[]> weights) whole = Guided(new BatchSettings { Size = 16, GroupByLength = false }, guidance, steps: 1);
        (StepOutcome first, Dictionary<string, float[]> weights) parts = Guided(new BatchSettings { Size = 4, Accumulation = 4, GroupByLength = false }, guidance, steps: 1);
        Assert.Equal(whole.first.Guidance!.Value, parts.first.Guidance!.Value, 1e-5);
        Assert.Equal(whole.first.WordGuidance!.Value, parts.first.WordGuidance!.Value, 1e-5);
        Assert.Equal(whole.first.Loss, parts.first.Loss, 1e-5);
        foreach ((string name, float[] expected) in whole.weights)
        {
            Assert.True(expected.Zip(parts.weights[name], (a, b) => Math.Abs(a - b)).Max() < 1e-5, name);
        }

        (StepOutcome later, Dictionary<string, float[]> _) = Guided(new BatchSettings { Size = 16, GroupByLength = false }, guidance, steps: 30);
        Assert.True(later.Guidance < whole.first.Guidance - 0.5, $"{whole.first.Guidance:F3} fell only to {later.Guidance:F3}");
        Assert.True(later.WordGuidance < whole.first.WordGuidance - 0.5, $"{whole.first.WordGuidance:F3} fell only to {later.WordGuidance:F3}");
        Assert.Null(Guided(new BatchSettings { Size = 16 }, null, steps: 1).Outcome.Guidance);
    }

    [Fact]
    public void Nothing_is_updated_where_the_loss_is_no_number()
    {
        RecipeFile file = Recipe(new BatchSettings { Size = 4 });
        using TrainingModel model = Load(file);
        using (no_grad())
        {
            model.Parameters[^1].Parameter.view(-1)[0] = float.NaN;
        }

        float[] before = model.Parameters[0].Parameter.cpu().data<float>().ToArray();
        using var optimizer = new Optimizer(model.Parameters, file.Recipe.Optimizer);
        StepOutcome outcome = Run(file, model, optimizer, steps: 1);
        Assert.False(outcome.IsFinite);
        Assert.Equal(before, model.Parameters[0].Parameter.cpu().data<float>().ToArray());
    }

    /// <summary>A token of words alone is guided by nothing but this test.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_of_words_alone_is_borne_where_the_vision_side_alone_is_trained(bool isGuided)
    {
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with { Trained = new TrainedSettings { Groups = [new ParameterGroup { Part = ModelPart.Projector }] } };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        using TrainingModel model = Load(file);
        using var optimizer = new Optimizer(model.Parameters, recipe.Optimizer);
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, model.Model.Vision.TokensPerImage, model.Model.Vision.ImageSizes, 512);
        var words = new TaskSample { Place = new DataPlace("words"), Picture = null, Turns = [SampleTurn.User("Hello."), SampleTurn.Assistant("Hi!")] };
        TrainingBatch batch = new[] { preparer.Prepare(words, null, isPlain: false, augmentation: null, SampleChance.None) }.ToBatch();
        batch = isGuided ? batch with { Guided = [new GuidedPlace(batch.Length - 1, 0, [1], IsWord: false)] } : batch;
        float[] before = model.Parameters[0].Parameter.cpu().data<float>().ToArray();
        var step = new TrainingStep(model.Model, optimizer, LearningRateSchedule.Of(recipe.Schedule, 100), recipe.Seed, isGuided ? new GuidanceSettings() : null);
        StepOutcome outcome = step.Run(new StepBatch(1, 0, [batch], 0));
        Assert.True(outcome.IsFinite);
        Assert.True(outcome.Loss > 0);
        Assert.Equal(0.0, outcome.GradientNorm);
        Assert.Equal(isGuided, outcome.Guidance is not null);
        Assert.Equal(before, model.Parameters[0].Parameter.cpu().data<float>().ToArray());
        Assert.True(Run(file, model, optimizer, steps: 1).GradientNorm > 0); // pictures train it as ever
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        RecipeFile file = Recipe(new BatchSettings { Size = 2, Accumulation = 2 }, new GuidanceSettings());
        using TrainingModel model = Load(file);
        using var optimizer = new Optimizer(model.Parameters, file.Recipe.Optimizer);
        Run(file, model, optimizer, steps: 5);
        long before = LeakGuard.LiveTensors;
        Run(file, model, optimizer, steps: 100);
        Assert.Equal(before, LeakGuard.LiveTensors);
    }

    private RecipeFile Recipe(BatchSettings batch, GuidanceSettings? guidance = null) => GroundingSamples.AsFile(
        GroundingSamples.Recipe(_folder.Path) with { Batch = batch, Guidance = guidance, Schedule = new ScheduleSettings { Steps = 100, LearningRate = 1e-3, WarmUp = 0 } }, _folder.Path);

    private TrainingModel Load(RecipeFile file) =>
        TrainingModel.Load(file, StartingModel.Open(file, _folder["run"], TestContext.Current.CancellationToken), CPU);

    private (double Loss, double Norm, Dictionary<string, float[]> Weights) AfterOneStep(BatchSettings batch)
    {
        RecipeFile file = Recipe(batch);
        using TrainingModel model = Load(file);
        // The epsilon keeps Adam's first step, which is the gradient's sign, from making much of differences in the last bit.
        using var optimizer = new Optimizer(model.Parameters, new OptimizerSettings { Epsilon = 1e-3 });
        StepOutcome outcome = Run(file, model, optimizer, steps: 1);
        using DisposeScope scope = NewDisposeScope();
        return (outcome.Loss, outcome.GradientNorm, model.Parameters.ToDictionary(each => each.Name, each => each.Parameter.detach().cpu().data<float>().ToArray()));
    }

    private (StepOutcome Outcome, Dictionary<string, float[]> Weights) Guided(BatchSettings batch, GuidanceSettings? guidance, int steps)
    {
        RecipeFile file = Recipe(batch, guidance);
        using TrainingModel model = Load(file);
        using var optimizer = new Optimizer(model.Parameters, new OptimizerSettings { Epsilon = 1e-3 });
        StepOutcome outcome = Run(file, model, optimizer, steps);
        using DisposeScope scope = NewDisposeScope();
        return (outcome, model.Parameters.ToDictionary(each => each.Name, each => each.Parameter.detach().cpu().data<float>().ToArray()));
    }

    private static StepOutcome Run(RecipeFile file, TrainingModel model, Optimizer optimizer, int steps)
    {
        TrainingRecipe recipe = file.Recipe;
        using SampleSet samples = SampleSet.Open(recipe.Data, file.BaseFolder);
        int tokens = model.Model.Vision.TokensPerImage;
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, tokens, model.Model.Vision.ImageSizes, 512)
        {
            GuidedSide = recipe.Guidance is null ? null : (int)Math.Sqrt(tokens),
        };
        using var stream = new BatchStream(samples, preparer, recipe.Batch, recipe.Loading, null, recipe.Seed, 0, steps, [], TestContext.Current.CancellationToken);
        var step = new TrainingStep(model.Model, optimizer, LearningRateSchedule.Of(recipe.Schedule, 100), recipe.Seed, recipe.Guidance);
        StepOutcome outcome = default;
        for (int i = 0; i < steps; i++)
        {
            outcome = step.Run(stream.Next());
        }

        return outcome;
    }
}
