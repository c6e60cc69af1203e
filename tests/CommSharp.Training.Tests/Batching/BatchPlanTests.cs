using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Samples of like length come together, and nothing else changes.</summary>
public sealed class BatchPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(103, 4)]
    [InlineData(96, 4)]
    [InlineData(3, 5)]
    [InlineData(1, 3)]
    public void Every_epoch_has_every_sample_once(int count, int size)
    {
        using SampleSet samples = Open(count);
        var plan = new BatchPlan(samples, new BatchSettings { Size = size }, 16, seed: 5);
        for (int epoch = 0; epoch < 5; epoch++)
        {
            SamplePlace[] places = [.. Enumerable.Range(0, count).Select(place => plan.At(((long)epoch * count) + place).Place)];
            Assert.Equal(Enumerable.Range(0, count), places.Select(place => place.Sample.Number).Order());
            Assert.All(places, (place, i) => Assert.Equal((epoch, i), (place.Epoch, place.Place)));
        }
    }

    [Fact]
    public void Batches_hold_samples_of_like_length_whatever_epoch_they_begin_in()
    {
        const int Count = 103, Size = 4;
        using SampleSet samples = Open(Count);
        (double grouped, double shuffled) = (Padding(samples, Size, isGrouped: true), Padding(samples, Size, isGrouped: false));
        Assert.True(grouped < 0.1 && shuffled > 0.3, $"{grouped:F3} of the tokens are padding when grouped, {shuffled:F3} when not.");
    }

    [Fact]
    public void Grouped_batches_come_in_any_order_of_length()
    {
        using SampleSet samples = Open(400);
        var plan = new BatchPlan(samples, new BatchSettings { Size = 4 }, 16, seed: 5);
        int[] lengths = [.. Enumerable.Range(0, 100).Select(batch => LengthAt(samples, plan, batch * 4L))];
        int ups = lengths.Zip(lengths.Skip(1)).Count(pair => pair.Second > pair.First);
        Assert.InRange(ups, 30, 70);
    }

    [Fact]
    public void A_step_at_the_end_of_an_epoch_is_filled_from_the_next()
    {
        using SampleSet samples = Open(10);
        var batch = new BatchSettings { Size = 4 };
        Assert.Equal(3, BatchStream.StepsPerEpoch(samples.EpochLength, batch));
        Assert.Equal(5, BatchStream.StepsIn(2, samples.EpochLength, batch));
        Assert.Equal(8, BatchStream.StepsIn(3, 10, new BatchSettings { Size = 2, Accumulation = 2 }));
        var plan = new BatchPlan(samples, batch, 16, seed: 5);
        Assert.Equal([0, 0, 1, 1], Enumerable.Range(8, 4).Select(position => plan.At(position).Place.Epoch));
    }

    private static double Padding(SampleSet samples, int size, bool isGrouped)
    {
        var plan = new BatchPlan(samples, new BatchSettings { Size = size, GroupByLength = isGrouped }, 16, seed: 5);
        double tokens = 0, padded = 0;
        for (int batch = 0; batch < 100; batch++)
        {
            int[] lengths = [.. Enumerable.Range(0, size).Select(i => LengthAt(samples, plan, ((long)batch * size) + i))];
            tokens += lengths.Sum();
            padded += lengths.Max() * size;
        }

        return 1 - (tokens / padded);
    }

    private static int LengthAt(SampleSet samples, BatchPlan plan, long position) =>
        samples.Datasets[0].RecordOf(plan.At(position).Place.Sample.Number).Texts.Last().Text.Length;

    /// <summary>Dialogs without pictures, each of another length.</summary>
    private SampleSet Open(int count)
    {
        IEnumerable<string> records = Enumerable.Range(0, count).Select(i =>
            $$"""{"id": "{{i}}", "conversations": [{"from": "human", "value": "How?"}, {"from": "gpt", "value": "{{new string('y', 10 + (i * 37 % count * 10))}}"}]}""");
        return DataSamples.Open(new DatasetPart { Format = "llava", Path = _folder.Write($"{count}.json", $"[{string.Join(",\n", records)}]") });
    }
}
