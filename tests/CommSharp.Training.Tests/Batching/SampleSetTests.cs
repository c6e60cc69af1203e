using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Mixtures: which samples an epoch has, in which order, and what is refused.</summary>
public sealed class SampleSetTests : IDisposable
{
    private const int RecRecords = 8, CaptionRecords = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Concat_has_all_samples_of_every_part_once_an_epoch_in_another_order_each_time()
    {
        using SampleSet samples = DataSamples.Open(new ConcatPart { Parts = [DataSamples.Rec, DataSamples.Captions] });
        Assert.Equal(RecRecords + CaptionRecords, samples.EpochLength);
        IReadOnlyList<SampleReference> first = samples.Order(seed: 3, epoch: 0);
        SampleReference[] all = [.. Numbers(0, RecRecords), .. Numbers(1, CaptionRecords)];
        Assert.Equal(all, first.OrderBy(each => each.Dataset).ThenBy(each => each.Number));
        Assert.Equal(first, samples.Order(seed: 3, epoch: 0));
        Assert.NotEqual(first, samples.Order(seed: 3, epoch: 1));
        Assert.NotEqual(first, samples.Order(seed: 4, epoch: 0));
        Assert.NotEqual(all, first);
    }

    [Fact]
    public void A_portion_draws_its_share_anew_each_epoch_and_more_than_one_repeats()
    {
        using SampleSet half = DataSamples.Open(DataSamples.Rec with { Portion = 0.5 });
        Assert.Equal(4, half.EpochLength);
        SampleReference[][] epochs = [.. Enumerable.Range(0, 20).Select(epoch => half.Order(1, epoch).Order(ByNumber).ToArray())];
        Assert.All(epochs, epoch => Assert.Equal(4, epoch.Distinct().Count()));
        Assert.True(epochs.DistinctBy(epoch => string.Join(' ', epoch)).Count() > 5);
        Assert.Equal(RecRecords, epochs.SelectMany(epoch => epoch).Distinct().Count());

        using SampleSet more = DataSamples.Open(DataSamples.Rec with { Portion = 2.25 });
        int[] counts = [.. more.Order(1, 0).CountBy(each => each.Number).Select(each => each.Value).Order()];
        Assert.Equal([2, 2, 2, 2, 2, 2, 3, 3], counts);
    }

    [Fact]
    public void Two_parts_of_one_data_set_draw_their_shares_apart()
    {
        using SampleSet samples = DataSamples.Open(new ConcatPart { Parts = [DataSamples.Rec with { Portion = 0.5 }, DataSamples.Rec with { Portion = 0.5 }] });
        Assert.Contains(Enumerable.Range(0, 10), epoch => samples.Order(1, epoch).Select(each => each.Number).Distinct().Count() > 4);
    }

    [Fact]
    public void Interleaved_parts_come_by_their_weights_until_one_is_used_up()
    {
        using SampleSet samples = DataSamples.Open(new InterleavePart { Parts = [DataSamples.Rec, DataSamples.Captions], Weights = [1, 3] });
        for (int epoch = 0; epoch < 5; epoch++)
        {
            IReadOnlyList<SampleReference> order = samples.Order(1, epoch);
            Assert.Equal((1, 4), (order.Count(each => each.Dataset == 0), order.Count(each => each.Dataset == 1)));
            Assert.Equal(5, order.Distinct().Count());
        }

        Assert.True(Enumerable.Range(0, 20).Select(epoch => samples.Order(1, epoch).Single(each => each.Dataset == 0)).Distinct().Count() > 4);
    }

    [Theory]
    [InlineData(new[] { 3, 100, 100 }, new[] { 1.0 / 3, 1.0 / 3, 1.0 / 3 }, new[] { 3, 3, 3 })]
    [InlineData(new[] { 10, 10 }, new[] { 0.1, 0.9 }, new[] { 1, 10 })]
    [InlineData(new[] { 150, 90 }, new[] { 0.5, 0.5 }, new[] { 90, 90 })]
    [InlineData(new[] { 1, 1000 }, new[] { 0.001, 0.999 }, new[] { 1, 999 })]
    public void Interleaving_takes_as_many_as_fit_the_weights(int[] lengths, double[] shares, int[] expected) =>
        Assert.Equal(expected, InterleaveNode.Counts(lengths, shares));

    [Fact]
    public void Mixtures_nest()
    {
        DataMixture captions = new ConcatPart { Parts = [DataSamples.Captions, DataSamples.Captions], Portion = 0.5 };
        using SampleSet samples = DataSamples.Open(new InterleavePart { Parts = [captions, DataSamples.Rec] });
        Assert.Equal(8, samples.EpochLength);
        Assert.Equal(3, samples.Datasets.Count);
    }

    [Fact]
    public void Every_and_keep_divide_a_data_set_by_its_records()
    {
        using SampleSet kept = DataSamples.Open(DataSamples.Rec with { Every = 3, Keep = [0] });
        using SampleSet rest = DataSamples.Open(DataSamples.Rec with { Every = 3, Keep = [1, 2] });
        Assert.Equal([0, 3, 6], Lines(kept));
        Assert.Equal([1, 2, 4, 5, 7], Lines(rest));
        using SampleSet first = DataSamples.Open(DataSamples.Rec with { Every = 3, Keep = [0], Limit = 4 });
        Assert.Equal([0, 3], Lines(first));
    }

    [Fact]
    public void A_picture_with_five_captions_makes_five_samples()
    {
        using SampleSet samples = DataSamples.Open(new DatasetPart
        {
            Format = "flickr30k-token",
            Path = TokenizerSource.Fixture("formats", "flickr30k", "results_20130124.token"),
            Pictures = TokenizerSource.Fixture("formats", "flickr30k", "flickr30k_images"),
        });
        Assert.Equal(5 * samples.Datasets[0].Records, samples.EpochLength);
        string[] captions = [.. samples.Spread(5).Select(each => Assert.IsType<SampleText>(samples.Make(each, SampleChance.None).Turns[1].Parts.Single()).Text)];
        Assert.Equal(5, captions.Distinct().Count());
    }

    [Fact]
    public void Parts_that_ask_one_file_in_two_ways_share_its_records()
    {
        using SampleSet samples = DataSamples.Open(new ConcatPart { Parts = [DataSamples.Rec, DataSamples.Rec with { Task = "reg", Every = 2, Keep = [1] }] });
        Assert.Same(samples.Datasets[0].RecordOf(3), samples.Datasets[1].RecordOf(1));
    }

    [Fact]
    public void What_cannot_be_opened_is_refused_by_its_place_in_the_recipe()
    {
        AssertRefused(new ConcatPart { Parts = [] }, "recipe, field 'data.parts': is empty");
        AssertRefused(In(DataSamples.Rec with { Format = "shikra-regions" }), "field 'data.parts[0].format': the format 'shikra-regions' is unknown; choose of coco-captions, ");
        AssertRefused(In(DataSamples.Rec with { Format = "pope" }), "the format 'pope' makes no training samples; choose of ");
        AssertRefused(In(DataSamples.Rec with { Task = "rex" }), "field 'data.parts[0].task': the format shikra-region has no task 'rex'; choose of rec, reg, gc");
        AssertRefused(In(DataSamples.Rec with { Path = "nowhere.jsonl" }), "field 'data.parts[0].path': there is no file or folder '");
        AssertRefused(In(DataSamples.Rec with { Split = "train" }), "field 'data.parts[0].split': the format shikra-region has no splits");
        AssertRefused(In(DataSamples.Dialogs with { Templates = "any.txt" }), "field 'data.parts[0].templates': the task conversation of llava brings its own words");
        AssertRefused(In(DataSamples.Rec with { Portion = 0 }), "field 'data.parts[0].portion': is 0");
        AssertRefused(new InterleavePart { Parts = [DataSamples.Rec], Weights = [1, 1] }, "field 'data.weights': has 2 numbers for 1 parts");
        AssertRefused(DataSamples.Rec with { Path = _folder.Write("empty.jsonl"), Pictures = _folder.Path }, "has no sample of the task rec");
        AssertRefused(DataSamples.Rec with { Path = _folder.Write("bad.jsonl", "{}\n") }, "bad.jsonl, line 1");
        AssertRefused(DataSamples.Rec with { Pictures = _folder["nowhere"] }, "field 'data.pictures': there is no folder '");
        AssertRefused(DataSamples.Rec with { Pictures = _folder.Path }, "none of the 8 pictures looked at exists below '");
        AssertRefused(DataSamples.Rec with { Templates = _folder.Write("bad.txt", "Where is it?\n") }, "bad.txt, line 1");
    }

    [Fact]
    public void Some_missing_pictures_do_not_stop_the_opening()
    {
        _folder.Write("COCO_train2014_000000000030.jpg", File.ReadAllBytes(Path.Combine(DataSamples.Shikra, "images", "COCO_train2014_000000000030.jpg")));
        using SampleSet samples = DataSamples.Open(DataSamples.Rec with { Pictures = _folder.Path + Path.DirectorySeparatorChar });
        Assert.Equal(RecRecords, samples.EpochLength);
    }

    private static ConcatPart In(DataMixture part) => new ConcatPart { Parts = [part] };

    private static void AssertRefused(DataMixture mixture, string expected) =>
        Assert.Contains(expected, Assert.Throws<DataException>(() => DataSamples.Open(mixture)).Message, StringComparison.Ordinal);

    private static IEnumerable<int> Lines(SampleSet samples) =>
        samples.Order(1, 0).Select(each => samples.Datasets[0].RecordOf(each.Number).Place.Line!.Value - 1).Order();

    private static IEnumerable<SampleReference> Numbers(int dataset, int count) => Enumerable.Range(0, count).Select(i => new SampleReference(dataset, i));

    private static Comparer<SampleReference> ByNumber => Comparer<SampleReference>.Create((a, b) => a.Number.CompareTo(b.Number));
}
