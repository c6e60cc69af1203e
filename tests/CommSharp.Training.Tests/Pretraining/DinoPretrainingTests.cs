using CommSharp.Data.Tasks;
using CommSharp.Training.Optimization;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Objectives.Dino;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class DinoPretrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DinoPretrainingTests() => ColouredSquares.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tower_learns_without_labels_what_tells_pictures_apart()
    {
        DinoSettings settings = Pretrainings.Dino with { FirstTeacherTemperature = 0.07, Momentum = 0.95 };
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, settings, steps: 120, rate: 1e-3);
        string model = Pretrainings.Complete(recipe, _folder["run"]).Model!;
        double[] losses = Pretrainings.Losses(_folder["run"]);
        // At first all features are alike, so that student and teacher agree for nothing; the loss falls once the centre has parted them.
        Assert.True(losses[^20..].Average() < 0.96 * losses[15..35].Average(), $"{losses[15..35].Average()} to {losses[^20..].Average()}");
        var probe = Pretrainings.LastProbe(_folder["run"]);
        Assert.True(probe.Value("knn") > 0.5, $"{probe.Value("knn")}"); // chance is 0.25
        Assert.True(probe.Value("linear") > 0.5, $"{probe.Value("linear")}");
        Assert.Null(probe.Warning);
        using DisposeScope scope = NewDisposeScope();
        Assert.Empty(ExportedTowers.Differences(_folder["run"], model, "dinov2", "teacher.tower."));
    }

    [Fact]
    public void A_stopped_run_ends_with_the_same_bits()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Dino, steps: 5, batch: 4) with { Batch = new PictureBatchSettings { Size = 4, Accumulation = 2 } };
        Pretrainings.RequireSameAfterStops(recipe, _folder, 1, 2);
    }

    [Fact]
    public void The_teacher_is_the_closed_form_of_the_average_and_gets_no_gradient()
    {
        using DinoObjective objective = Objective(Pretrainings.Dino with { Momentum = 0.9 });
        using var optimizer = new Optimizer(objective.Parameters, new Training.Recipes.OptimizerSettings());
        using DisposeScope scope = NewDisposeScope();
        Tensor Weight(DinoNetwork network) => network.named_parameters().First(entry => entry.name.EndsWith("qkv.weight", StringComparison.Ordinal)).parameter;
        Tensor expected = Weight(objective.Student).detach().clone();
        const int Steps = 3;
        for (int step = 1; step <= Steps; step++)
        {
            var place = new StepPlace(1, step, Steps, 0, 1);
            Backpropagate(objective, place);
            Assert.All(objective.Teacher.parameters(), parameter => Assert.Null(parameter.grad));
            optimizer.Step(1, optimizer.GradientNorm());
            objective.AfterUpdate(place);
            double momentum = 1 + ((0.9 - 1) * 0.5 * (1 + Math.Cos(Math.PI * (step - 1) / (Steps - 1))));
            expected = (expected * momentum) + (Weight(objective.Student).detach() * (1 - momentum));
        }

        Assert.True(expected.allclose(Weight(objective.Teacher), 1e-5, 1e-6));
        Assert.False(expected.equal(Weight(objective.Student)).all().item<bool>());
    }

    [Fact]
    public void The_centre_moves_towards_the_mean_of_the_scores()
    {
        using DisposeScope scope = NewDisposeScope();
        DinoSettings settings = Pretrainings.Dino with { Head = new DinoHeadSettings { Prototypes = 2 }, CentreMomentum = 0.9 };
        using var centre = new TeacherCentre(settings, CPU);
        centre.Assign(tensor(new float[,] { { 1, 4 }, { 3, 8 } }), 1);
        centre.Update();
        centre.Assign(tensor(new float[,] { { 0, 10 } }), 1);
        centre.Update();
        Assert.Equal((0.9 * 0.2) + (0.1 * 0), centre.Value[0, 0].item<float>(), 1e-6);
        Assert.Equal((0.9 * 0.6) + (0.1 * 10), centre.Value[0, 1].item<float>(), 1e-6);
        centre.Assign(tensor(new float[,] { { 1, 0 } }), 1); // two batches of one step; a third had nothing to assign
        centre.Assign(tensor(new float[,] { { 3, 2 } }), 1);
        float[] before = centre.Value.data<float>().ToArray();
        centre.Update();
        Assert.Equal((0.9 * before[0]) + (0.1 * 2), centre.Value[0, 0].item<float>(), 1e-6);
        Assert.Equal((0.9 * before[1]) + (0.1 * 1), centre.Value[0, 1].item<float>(), 1e-6);
        centre.Value.copy_(tensor(before).view(1, 2));
        Tensor assigned = centre.Assign(tensor(new float[,] { { 0, 1.6f + 0.5f } }), 0.5); // 0 - 0.18 and 2.1 - 1.54, over 0.5
        Assert.Equal(1 / (1 + Math.Exp((-0.18 - 0.56) / 0.5)), assigned[0, 1].item<float>(), 1e-5);
    }

    [Fact]
    public void Sinkhorn_uses_all_prototypes_alike_and_gives_each_row_the_sum_1()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor assigned = DinoLosses.Sinkhorn(randn(12, 4, generator: generator), temperature: 1, rounds: 50);
        Assert.All(assigned.sum([1L]).data<float>().ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
        Assert.All(assigned.sum([0L]).data<float>().ToArray(), sum => Assert.Equal(3, sum, 1e-4f));
    }

    [Fact]
    public void Koleo_is_the_mean_log_distance_of_nearest_neighbours()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = tensor(new float[,] { { 2, 0 }, { 0, 3 }, { -1, 0 } }); // distances sqrt 2, sqrt 2, sqrt 2
        Assert.Equal(-Math.Log(Math.Sqrt(2)), DinoLosses.Koleo(features).item<float>(), 1e-5);
        Tensor close = tensor(new float[,] { { 1, 0 }, { 0.8f, 0.6f }, { -1, 0 } }); // sqrt 0.4 twice, and sqrt 3.6
        Assert.Equal(-((2 * Math.Log(Math.Sqrt(0.4))) + Math.Log(Math.Sqrt(3.6))) / 3, DinoLosses.Koleo(close).item<float>(), 1e-5);
    }

    [Fact]
    public void Masks_hide_as_much_as_was_asked_for_and_the_token_stands_in_masked_places_only()
    {
        var grid = new PatchGrid(8, 8);
        DinoSettings settings = Pretrainings.Dino with { MaskedCrops = 1, SmallestMask = 0.25, LargestMask = 0.25 };
        bool[] masks = PatchMasks.Draw(5, grid, settings, SampleChance.Of(4, 2));
        Assert.All(masks.Chunk(grid.Count), mask => Assert.Equal(16, mask.Count(hidden => hidden)));

        using DinoObjective objective = Objective(Pretrainings.Dino);
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        Tensor pixels = randn(1, 3, 28, 28);
        bool[] hidden = new bool[16];
        hidden[5] = true;
        Tensor plain = objective.Student.Tower.Embed(pixels), masked = objective.Student.Tower.EmbedMasked(pixels, tensor(hidden, [1, 16]), objective.Student.MaskToken);
        bool[] differs = [.. Enumerable.Range(0, 17).Select(i => !plain[0, i].equal(masked[0, i]).all().item<bool>())];
        Assert.Equal([6], differs.Index().Where(each => each.Item).Select(each => each.Index));
    }

    [Fact]
    public void Without_centring_and_sharpening_a_run_collapses_and_is_told_so()
    {
        DinoSettings settings = Pretrainings.Dino with
        {
            Centring = TeacherCentring.None,
            FirstTeacherTemperature = 1,
            TeacherTemperature = 1,
            KoleoWeight = 0,
            Momentum = 0.5,
            MaskedCrops = 0,
            FrozenPrototypes = 0,
        };
        Pretrainings.Complete(Pretrainings.Recipe(_folder.Path, settings, steps: 60, rate: 5e-3), _folder["run"]);
        var probe = Pretrainings.LastProbe(_folder["run"]);
        Assert.True(probe.Value("spread") < 0.1, $"{probe.Value("spread")}");
        Assert.Contains("the features have collapsed", probe.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using DinoObjective objective = Objective(Pretrainings.Dino);
        Pretrainings.RequireNoLeaks(objective, Pictures);
    }

    private static readonly PictureBatch Pictures = new([Bytes(4 * 2 * 28 * 28 * 3), Bytes(4 * 2 * 14 * 14 * 3)], [], []);

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static void Backpropagate(DinoObjective objective, StepPlace place)
    {
        using var batch = new PictureTensors(Pictures, objective.Views, objective.Normalization, CPU);
        objective.Backpropagate(batch, place, new StepMeasures());
    }

    private DinoObjective Objective(DinoSettings settings) => new(settings, Pretrainings.File(Pretrainings.Recipe(_folder.Path, settings, steps: 4)), CPU);
}
