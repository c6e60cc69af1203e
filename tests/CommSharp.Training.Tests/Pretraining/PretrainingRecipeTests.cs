using CommSharp.Configuration;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Tests.Pretraining;

public sealed class PretrainingRecipeTests
{
    [Fact]
    public void Every_built_in_recipe_is_read_and_written_again_the_same()
    {
        Assert.Contains("tabletop-clip", PretrainingRecipeFile.BuiltIn);
        foreach (string name in PretrainingRecipeFile.BuiltIn)
        {
            var file = PretrainingRecipeFile.Load(name);
            Assert.Equal(name, file.Recipe.Name);
            Assert.Equal(file.Resolved, ConfigurationFile.Format(ConfigurationFile.Parse<PretrainingRecipe>("again", file.Resolved)));
        }
    }

    [Theory]
    [InlineData("tiny-clip", "objective.text.heads=3", "\"objective.text.heads\" is 3")]
    [InlineData("tiny-clip", "batch.accumulation=2", "\"batch.accumulation\" is 2")]
    [InlineData("tiny-clip", "objective.tower.depht=3", "depht")]
    [InlineData("tiny-clip", "data.kind=drawn", "data")]
    [InlineData("tiny-dino", "objective.localSize=15", "\"objective.localSize\" is 15")]
    [InlineData("tiny-dino", "objective.momentum=1.5", "\"objective.momentum\" is 1.5")]
    [InlineData("tiny-dino", "objective.centring=sometimes", "centring")]
    [InlineData("tiny-dino", "objective.global.flip=2", "\"objective.global.flip\" is 2")]
    [InlineData("tabletop-dino", "optimizer.weightDecay=0", "\"objective.finalWeightDecay\" is 0.2, but must be 0 or left out")]
    [InlineData("tiny-mae", "objective.maskRatio=1", "\"objective.maskRatio\" is 1")]
    [InlineData("tiny-mae", "objective.decoderWidth=18", "\"objective.decoderWidth\" is 18")]
    [InlineData("tabletop-deit", "objective.labelSmoothing=1", "\"objective.labelSmoothing\" is 1")]
    [InlineData("tabletop-deit", "schedule.steps=0", "\"schedule.steps\" is 0")]
    public void A_bad_member_is_named(string recipe, string change, string named)
    {
        var error = Assert.ThrowsAny<CommSharpException>(() => PretrainingRecipeFile.Load(recipe, change));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void The_order_of_an_epoch_has_every_picture_once_and_another_epoch_another_order(long count)
    {
        long[] first = Order(epoch: 0), second = Order(epoch: 1);
        Assert.Equal(Enumerable.Range(0, (int)count).Select(i => (long)i), first.Order());
        Assert.Equal(first, Order(epoch: 0));
        Assert.True(count < 7 || !first.SequenceEqual(second));

        long[] Order(long epoch)
        {
            var order = new EpochOrder(5, epoch, count);
            return [.. Enumerable.Range(0, (int)count).Select(place => order.At(place))];
        }
    }
}
