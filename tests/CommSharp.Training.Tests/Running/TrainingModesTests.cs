using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Training.Batching;
using CommSharp.Training.Models;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using CommSharp.Training.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Running;

/// <summary>What a recipe can ask for, each over the same few steps.</summary>
public sealed class TrainingModesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingModesTests() => GroundingSamples.Write(_folder.Path, 8);

    public static TheoryData<string> Modes => ["whole", "projector only", "towers too", "adapters", "recomputed", "bfloat16", "adapters over bfloat16", "embeddings only"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public void Only_what_the_recipe_names_changes_and_the_exported_model_is_the_trained_one(string mode)
    {
        RecipeFile file = GroundingSamples.AsFile(Recipe(mode), _folder.Path);
        MultimodalFolder start = StartingModel.Open(file, _folder["run"], TestContext.Current.CancellationToken);
        using TrainingModel model = TrainingModel.Load(file, start, CPU);
        HashSet<string> trained = [.. model.Parameters.Select(each => each.Name)];
        Dictionary<string, float[]> before = Weights(model);
        TrainingBatch batch = Train(file, model, steps: 5);
        foreach ((string name, float[] was) in before)
        {
            bool changed = !was.AsSpan().SequenceEqual(Values(model.Model.state_dict()[name]));
            Assert.True(changed == trained.Contains(name), $"{name} {(changed ? "changed" : "did not change")}");
        }

        Assert.All(model.Parameters, each => Assert.Equal(ScalarType.Float32, each.Parameter.dtype));
        model.SetMode(training: false);
        double inTraining = Loss(model.Model, batch);
        model.Export(_folder["exported"], TestContext.Current.CancellationToken);
        var exported = (MultimodalFolder)ModelFolder.Open(_folder["exported"]);
        Assert.False(exported.Config.Untrained);
        using MultimodalModel loaded = exported.Load(new TensorOptions(ScalarType.Float32, CPU)).Model;
        loaded.eval();
        bool isShort = mode.Contains("bfloat16", StringComparison.Ordinal);
        Assert.Equal(inTraining, Loss(loaded, batch), isShort ? 0.05 * inTraining : 1e-5 * inTraining);
    }

    [Fact]
    public void Adapters_drop_inputs_in_training_alone_and_the_same_ones_at_the_same_step()
    {
        RecipeFile file = GroundingSamples.AsFile(Recipe("adapters"), _folder.Path);
        MultimodalFolder start = StartingModel.Open(file, _folder["run"], TestContext.Current.CancellationToken);
        float[][] once = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using TrainingModel model = TrainingModel.Load(file, start, CPU);
            Train(file, model, steps: 5);
            return Values(model.Parameters[0].Parameter);
        })];
        Assert.Equal(once[0], once[1]);
    }

    [Fact]
    public void Norms_biases_scales_positions_and_prefix_tokens_have_no_decay()
    {
        TrainingRecipe recipe = Recipe("towers too") with { Optimizer = new OptimizerSettings { WeightDecay = 0.1 } };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        using TrainingModel model = TrainingModel.Load(file, StartingModel.Open(file, _folder["run"], TestContext.Current.CancellationToken), CPU);
        Assert.All(model.Parameters, each => Assert.True(
            each.WeightDecay == 0 == (each.Parameter.dim() < 2 || each.Name.Contains(".stem.", StringComparison.Ordinal) && !each.Name.Contains("patch", StringComparison.OrdinalIgnoreCase)),
            each.Name));
    }

    [Theory]
    [InlineData("composed", true)]
    [InlineData("composed", false)]
    [InlineData("folder", true)]
    [InlineData("folder", false)]
    public void A_model_starts_from_standardised_image_tokens_where_the_recipe_says_so(string source, bool standardized)
    {
        ModelSource start = source == "folder"
            ? new FolderModelSource { Path = BundledModel.Folder, StandardizedTokens = standardized }
            : new ComposedModelSource
            {
                Preset = Path.Combine(BundledModel.Folder, "commsharp.json"),
                Towers = [Path.Combine(BundledModel.Folder, "vision", "1-clip"), Path.Combine(BundledModel.Folder, "vision", "2-dinov2")],
                Tokenizer = TokenizerSource.Model(TokenizerSource.Small),
                StandardizedTokens = standardized,
            };
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Model = start,
            Schedule = new ScheduleSettings { Steps = 1, LearningRate = 1e-9, WarmUp = 0 },
            Batch = new BatchSettings { Size = 8 }, // all pictures
        };
        RecipeFile file = GroundingSamples.AsFile(recipe, _folder.Path);
        string trained = Trainings.Complete(file, _folder["run"]).Model!;
        TrainingRecipe again = recipe with { Model = new FolderModelSource { Path = trained } };
        using TrainingModel model = TrainingModel.Load(GroundingSamples.AsFile(again, _folder.Path), (MultimodalFolder)ModelFolder.Open(trained), CPU);
        model.SetMode(training: false);
        using SampleSet samples = SampleSet.Open(recipe.Data, file.BaseFolder);
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, model.Model.Vision.TokensPerImage, model.Model.Vision.ImageSizes, 512);
        using var stream = new BatchStream(samples, preparer, recipe.Batch, recipe.Loading, null, recipe.Seed, 0, 1, [], TestContext.Current.CancellationToken);
        using var tensors = new BatchTensors(stream.Next().Batches[0], CPU, ScalarType.Float32);
        using DisposeScope scope = NewDisposeScope();
        Tensor tokens = model.Model.Vision.call(tensors.Images!).flatten(0, 1).detach();
        double mean = tokens.mean([0]).abs().max().item<float>(), deviation = tokens.square().mean().sqrt().item<float>();
        Assert.Equal(standardized, mean < 1e-3 && Math.Abs(deviation - 1) < 1e-3);
    }

    [Fact]
    public void Image_tokens_are_not_standardised_by_a_projector_that_would_not_be_saved()
    {
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Model = new FolderModelSource { Path = BundledModel.Folder, StandardizedTokens = true },
            Trained = new TrainedSettings { Groups = [new ParameterGroup { Part = ModelPart.Language }] },
        };
        string message = Assert.Throws<CommSharpException>(() => Trainings.Complete(GroundingSamples.AsFile(recipe, _folder.Path), _folder["run"])).Message;
        Assert.Contains("\"model.standardizedTokens\" changes the projector", message, StringComparison.Ordinal);
        Assert.Contains("add the part \"projector\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_questions_that_stand_apart_are_scored_as_if_each_were_asked_alone()
    {
        DatasetPart data = GroundingSamples.Data(_folder.Path), again = data with { Templates = _folder.Write("again.txt", "<image> And <expr>, where is that?\n") };
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with { Schedule = new ScheduleSettings { Steps = 1, LearningRate = 1e-9, WarmUp = 0 } };
        double Loss(string run, DataMixture held) => Trainings.Complete(
            GroundingSamples.AsFile(recipe with { Validation = new ValidationSettings { Data = held, EverySteps = 1, Answers = 2, MaxTokens = 4 } }, _folder.Path), _folder[run]).ValidationLoss!.Value;
        double alone = Loss("alone", new ConcatPart { Parts = [data, again] });
        Assert.Equal(alone, Loss("apart", new ConversationPart { Turns = 2, Apart = true, Parts = [data, again] }), 1e-4);
        Assert.NotEqual(alone, Loss("joined", new ConversationPart { Turns = 2, Parts = [data, again] }), 1e-3);
    }

    [Fact]
    public void A_held_out_sample_that_does_not_fit_is_told_before_the_first_step()
    {
        string wide = _folder.Write("wide.txt", "<image> " + string.Concat(Enumerable.Repeat("so very many words ", 60)) + "where is <expr>?\n");
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Batch = new BatchSettings { Size = 4, MaxTokens = 160 },
            Validation = new ValidationSettings { Data = GroundingSamples.Data(_folder.Path) with { Templates = wide }, EverySteps = 3 },
        };
        Assert.ThrowsAny<CommSharpException>(() => Trainings.Complete(GroundingSamples.AsFile(recipe, _folder.Path), _folder["run"]));
        Assert.False(File.Exists(_folder["run", "log.jsonl"]) && File.ReadAllText(_folder["run", "log.jsonl"]).Contains("\"step\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_goes_on_with_larger_pictures_where_the_recipe_says_so()
    {
        MultimodalConfig before = MultimodalFolder.Open(BundledModel.Folder).Config;
        int side = 2 * before.Vision.Branches[0].Architecture.ImageSize;
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Model = new FolderModelSource { Path = BundledModel.Folder, Patches = [$"vision.branches[0].imageSize={side}", $"vision.branches[1].imageSize={side}"] },
            Schedule = new ScheduleSettings { Steps = 1 },
        };
        string trained = Trainings.Complete(GroundingSamples.AsFile(recipe, _folder.Path), _folder["run"]).Model!;
        Assert.All(MultimodalFolder.Open(trained).Config.Vision.Branches, branch => Assert.Equal(side, branch.ImageSize));
        using MultimodalModel model = MultimodalFolder.Open(trained).Load(TensorOptions.Default).Model;
        Assert.Equal([side], model.Vision.ImageSizes);
    }

    private TrainingRecipe Recipe(string mode)
    {
        TrainingRecipe recipe = GroundingSamples.Recipe(_folder.Path) with
        {
            Schedule = new ScheduleSettings { Steps = 10, LearningRate = 1e-2, WarmUp = 0 },
            Batch = new BatchSettings { Size = 8 },
        };
        var lora = new TrainedSettings { Lora = new LoraSettings { Rank = 4, Alpha = 8, Dropout = 0.1 } };
        var bfloat16 = new PrecisionSettings { Compute = FloatFormat.Brain, Frozen = FloatFormat.Brain };
        return mode switch
        {
            "projector only" => recipe with { Trained = Parts(ModelPart.Projector) },
            "embeddings only" => recipe with { Trained = Parts(ModelPart.Embeddings) },
            "towers too" => recipe with { Trained = Parts(ModelPart.Towers, ModelPart.Merges, ModelPart.Projections, ModelPart.Projector, ModelPart.Language) },
            "adapters" => recipe with { Trained = lora with { Groups = Parts(ModelPart.Merges).Groups } },
            "recomputed" => recipe with { Recompute = true },
            "bfloat16" => recipe with { Precision = bfloat16 },
            "adapters over bfloat16" => recipe with { Trained = lora, Precision = new PrecisionSettings { Frozen = FloatFormat.Brain } },
            _ => recipe,
        };
    }

    private static TrainedSettings Parts(params ModelPart[] parts) => new() { Groups = [.. parts.Select(part => new ParameterGroup { Part = part })] };

    private static Dictionary<string, float[]> Weights(TrainingModel model) => model.Model.state_dict().ToDictionary(entry => entry.Key, entry => Values(entry.Value));

    private static float[] Values(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().data<float>().ToArray();
    }

    private static double Loss(MultimodalModel model, TrainingBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        using var tensors = new BatchTensors(batch, CPU, model.Options.ComputeDtype);
        return model.AnswerLoss(tensors.Images, tensors.Ids, tensors.Labels).item<float>() / batch.AnswerTokens;
    }

    /// <summary>The last batch comes back.</summary>
    private static TrainingBatch Train(RecipeFile file, TrainingModel model, int steps)
    {
        TrainingRecipe recipe = file.Recipe;
        using SampleSet samples = SampleSet.Open(recipe.Data, file.BaseFolder);
        var preparer = new SamplePreparer(model.Model.Config, model.Tokenizer, model.Model.Vision.TokensPerImage, model.Model.Vision.ImageSizes, 512);
        using var stream = new BatchStream(samples, preparer, recipe.Batch, recipe.Loading, null, recipe.Seed, 0, steps, [], TestContext.Current.CancellationToken);
        using var optimizer = new Optimizer(model.Parameters, recipe.Optimizer);
        var step = new TrainingStep(model.Model, optimizer, LearningRateSchedule.Of(recipe.Schedule, 10), recipe.Seed);
        StepBatch batch = null!;
        for (int i = 0; i < steps; i++)
        {
            batch = stream.Next();
            Assert.True(step.Run(batch).IsFinite);
        }

        return batch.Batches[^1];
    }
}
