using CommSharp.Checkpoints;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Recipes;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

/// <summary>Towers computed in bfloat16, with float32 weights, heads and losses.</summary>
public sealed class ComputeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ComputeTests() => ColouredSquares.Write(_folder);

    public static TheoryData<string> Objectives => ["clip", "dino", "mae", "deit"];

    public void Dispose() => _folder.Dispose();

    /// <summary>Bfloat16 has two digits; over a few steps a loss goes its float32 way within a few hundredths.</summary>
    [Theory]
    [MemberData(nameof(Objectives))]
    public void Losses_go_the_way_of_float32s_and_weights_stay_float32(string objective)
    {
        ObjectiveSettings settings = objective switch
        {
            "clip" => Pretrainings.Clip,
            "dino" => Pretrainings.Dino,
            "mae" => Pretrainings.Mae,
            _ => Pretrainings.Deit,
        };
        PretrainingRecipe recipe = Pretrainings.Recipe(_folder.Path, settings, steps: 6, rate: 1e-3);
        Pretrainings.Complete(recipe, _folder["full"]);
        Pretrainings.Complete(recipe with { Compute = FloatFormat.Brain }, _folder["half"]);
        double[] full = Pretrainings.Losses(_folder["full"]), half = Pretrainings.Losses(_folder["half"]);
        Assert.All(full.Zip(half), each => Assert.InRange(each.Second, 0.96 * each.First, 1.04 * each.First));
        Assert.NotEqual(full, half);

        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(_folder["half"], "model", "model.safetensors"));
        Assert.All(weights.Names, name => Assert.Equal(ScalarType.Float32, weights.Describe(name).Dtype));
    }
}
