using CommSharp.Layers;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class FreshTowerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Positions_start_as_the_recipe_says_and_all_else_the_same(bool hasDistillationToken)
    {
        using var scope = NewDisposeScope();
        (VisionTransformer normal, VisionTransformer sines) = (Fresh(PositionStart.Normal), Fresh(PositionStart.SineCosine));
        int prefix = hasDistillationToken ? 2 : 1;
        Tensor small = normal.Positions(normal.Config.NativeGrid), large = sines.Positions(sines.Config.NativeGrid);
        Assert.InRange(small.std().item<float>(), 0.015, 0.025);
        Assert.True(large.equal(SinCosPositions.Table(sines.Config.NativeGrid, Pretrainings.Tower.Width, prefix, CPU)).all().item<bool>());
        Assert.Equal(0, large.narrow(1, 0, prefix).abs().max().item<float>());
        foreach (var (before, after) in normal.named_parameters().Zip(sines.named_parameters()))
        {
            Assert.Equal(before.name.EndsWith("positions", StringComparison.Ordinal), !before.parameter.equal(after.parameter).all().item<bool>());
        }

        VisionTransformer Fresh(PositionStart start)
        {
            TowerSettings settings = Pretrainings.Tower with { Positions = start };
            var tower = new VisionTransformer(settings.Architecture with { DistillationToken = hasDistillationToken }, TensorOptions.Default);
            FreshTower.Draw(tower, settings, seed: 3);
            return tower;
        }
    }

    [Fact]
    public void A_width_that_two_coordinates_cannot_share_is_refused()
    {
        string recipe = Path.Combine(RepositoryRoot.Folder, "recipes", "pretraining", "tiny-clip.json");
        var error = Assert.Throws<Configuration.ConfigurationException>(() => PretrainingRecipeFile.Load(recipe, "objective.tower.positions=sineCosine", "objective.tower.width=6", "objective.tower.heads=1"));
        Assert.Contains("a multiple of 4", error.Message, StringComparison.Ordinal);
    }
}
