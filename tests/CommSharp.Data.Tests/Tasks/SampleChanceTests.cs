using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tests.Tasks;

public sealed class SampleChanceTests
{
    [Fact]
    public void A_sample_draws_the_same_whoever_draws_and_when()
    {
        int[] forward = [.. Enumerable.Range(0, 1000).Select(index => new SampleChance(7, index).Below(30))];
        int[] backward = [.. Enumerable.Range(0, 1000).Reverse().Select(index => new SampleChance(7, index).Below(30)).Reverse()];
        int[] parallel = [.. Enumerable.Range(0, 1000).AsParallel().AsOrdered().Select(index => new SampleChance(7, index).Below(30))];
        Assert.Equal(forward, backward);
        Assert.Equal(forward, parallel);
        Assert.NotEqual(forward, Enumerable.Range(0, 1000).Select(index => new SampleChance(8, index).Below(30)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-42)]
    public void Draws_over_samples_are_even_and_unrelated(long seed)
    {
        const int Samples = 30_000, Count = 30;
        (int First, int Second)[] draws = [.. Enumerable.Range(0, Samples).Select(index =>
        {
            var chance = new SampleChance(seed, index);
            return (chance.Below(Count), chance.Below(Count));
        })];

        // 1000 expected each; 6 standard deviations are 187.
        Assert.All(draws.CountBy(draw => draw.First), each => Assert.InRange(each.Value, 813, 1187));
        Assert.All(draws.CountBy(draw => draw.Second), each => Assert.InRange(each.Value, 813, 1187));
        Assert.InRange(draws.Count(draw => draw.First == draw.Second), 813, 1187);
        Assert.InRange(draws.Zip(draws.Skip(1)).Count(pair => pair.First.First == pair.Second.First), 813, 1187);
        Assert.InRange(Enumerable.Range(0, Samples).Count(index => new SampleChance(seed, index).Happens(0.5)), 14_480, 15_520);
    }

    [Fact]
    public void Every_order_of_three_comes_up()
    {
        var orders = Enumerable.Range(0, 6000).CountBy(index => string.Concat(new SampleChance(3, index).Shuffled(["a", "b", "c"]))).ToDictionary();
        Assert.Equal(6, orders.Count);
        Assert.All(orders.Values, count => Assert.InRange(count, 820, 1180));
    }

    [Fact]
    public void Without_chance_all_is_as_it_stands()
    {
        Assert.Equal(0, SampleChance.None.Below(30));
        Assert.Equal((false, false, true), (SampleChance.None.Happens(0), SampleChance.None.Happens(0.99), SampleChance.None.Happens(1)));
        Assert.Equal([1, 2, 3], SampleChance.None.Shuffled([1, 2, 3]));
        Assert.Equal((false, true), (new SampleChance(1, 1).Happens(0), new SampleChance(1, 1).Happens(1)));
    }
}
