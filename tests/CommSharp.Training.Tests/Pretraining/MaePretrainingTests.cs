using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Objectives.Mae;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using CommSharp.Vision.Masked;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class MaePretrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MaePretrainingTests() => ColouredSquares.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Hidden_patches_are_painted_better_and_better_and_the_tower_loads_like_anybodys()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Mae with { NormalizedPixels = false }, steps: 80);
        string model = Pretrainings.Complete(recipe, _folder["run"]).Model!;
        double[] losses = Pretrainings.Losses(_folder["run"]);
        Assert.True(losses[^10..].Average() < 0.6 * losses[..3].Average(), $"{losses[..3].Average()} to {losses[^10..].Average()}");
        var probe = Pretrainings.LastProbe(_folder["run"]);
        Assert.True(probe.Value("linear") > 0.5, $"{probe.Value("linear")}"); // chance is 0.25
        using DisposeScope scope = NewDisposeScope();
        Assert.Empty(ExportedTowers.Differences(_folder["run"], model, "mae", "encoder."));
        using var again = new MaskedAutoencoder(Pretrainings.Mae.Encoder, Pretrainings.Mae.Decoder, TensorOptions.Default);
        using ITensorSource weights = Checkpoint.Open(model);
        new CheckpointLoader(weights).Load(again.Parts()).RequireFit(model); // the decoder is there too
    }

    [Fact]
    public void Labels_for_the_probe_may_come_from_pictures_that_are_not_trained_on()
    {
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, Pretrainings.Mae, steps: 2) with { Data = ColouredSquares.Captions(_folder.Path, "train") };
        Pretrainings.Complete(recipe, _folder["without"]);
        Assert.DoesNotContain(Pretrainings.LastProbe(_folder["without"]).Measures, measure => measure.Name is "knn" or "linear");
        Pretrainings.Complete(recipe with { Probe = recipe.Probe! with { Known = ColouredSquares.Classes(_folder.Path, "train") } }, _folder["with"]);
        Assert.InRange(Pretrainings.LastProbe(_folder["with"]).Value("knn"), 0.01, 1);
    }

    [Fact]
    public void A_stopped_run_ends_with_the_same_bits() =>
        Pretrainings.RequireSameAfterStops(
            Pretrainings.Recipe(_folder.Path, Pretrainings.Mae, steps: 5) with { Batch = new PictureBatchSettings { Size = 4, Accumulation = 2 } }, _folder, 1, 2);

    [Theory]
    [InlineData(false, "loss.norm_pix_false")]
    [InlineData(true, "loss.norm_pix_true")]
    public void The_loss_that_is_trained_on_is_the_references(bool normalized, string name)
    {
        string path = SharedFolder.Require("parity", "vit-mae");
        var config = HuggingFaceConfig.Read(Path.Combine(path, "config.json"));
        var decoder = new MaskedAutoencoderConfig(
            new EncoderBlockConfig(config.Count("decoder_hidden_size"), config.Count("decoder_num_attention_heads"), config.Count("decoder_intermediate_size"))
            {
                NormEpsilon = config.Number("layer_norm_eps"),
            },
            config.Count("decoder_num_hidden_layers"),
            config.Number("mask_ratio"));
        using DisposeScope scope = NewDisposeScope();
        using ITensorSource weights = Checkpoint.Open(path);
        using var model = new MaskedAutoencoder(VisionFamily.Named("mae").ReadConfig(config), decoder, TensorOptions.Default);
        new CheckpointLoader(weights).Load(model.Parts()).RequireFit(path);
        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(path, "expected.safetensors"));
        Tensor loss = MaeObjective.Loss(model, expected.Read("pixel_values"), expected.Read("noise"), normalized);
        Assert.Equal(expected.Read(name).item<float>(), loss.item<float>(), 1e-5f);
    }

    [Fact]
    public void Positions_are_sines_and_cosines_of_column_and_row()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor table = SinCosPositions.Table(new PatchGrid(2, 3), 8, prefix: 1, CPU);
        Assert.Equal([1, 7, 8], table.shape);
        Assert.Equal(0, table[0, 0].abs().max().item<float>());
        float[] last = table[0, 6].data<float>().ToArray(); // column 2, row 1; frequencies 1 and 0.01
        double[] expected = [Math.Sin(2), Math.Sin(0.02), Math.Cos(2), Math.Cos(0.02), Math.Sin(1), Math.Sin(0.01), Math.Cos(1), Math.Cos(0.01)];
        Assert.All(expected.Zip(last), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var objective = new MaeObjective(Pretrainings.Mae, Pretrainings.File(Pretrainings.Recipe(_folder.Path, Pretrainings.Mae, 60)), CPU);
        Pretrainings.RequireNoLeaks(objective, new([new byte[4 * 28 * 28 * 3]], [], []));
    }
}
