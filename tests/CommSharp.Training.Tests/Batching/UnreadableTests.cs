using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>Pictures and records that cannot be used: replaced, listed, counted once, and too many of them an end.</summary>
public sealed class UnreadableTests : IDisposable
{
    private const int Steps = 12;

    private readonly TemporaryFolder _folder = new();
    private readonly string _records;

    public UnreadableTests()
    {
        // Eight records: the picture of three is broken, that of another is missing, one more has a picture and a question that do not fit.
        byte[] good = File.ReadAllBytes(Path.Combine(DataSamples.Shikra, "images", "9.jpg"));
        foreach (string name in (string[])["a.jpg", "b.jpg", "c.jpg", "long.jpg"])
        {
            _folder.Write(name, good);
        }

        _folder.Write("broken.jpg", good.AsSpan(0, good.Length / 2));
        _records = _folder.Write("rec.jsonl", string.Concat(
            Line("a.jpg", "a"), Line("broken.jpg", "b"), Line("b.jpg", "c"), Line("broken.jpg", "d"), Line("missing.jpg", "e"), Line("c.jpg", "f"),
            Line("broken.jpg", "g"), Line("long.jpg", string.Concat(Enumerable.Repeat("very ", 400)))));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_is_replaced_and_told_once_with_its_reason()
    {
        (StepBatch[] steps, IReadOnlyList<UnreadableSample> unreadable) = Read(0, []);
        Assert.Equal([_folder["broken.jpg"], _folder["missing.jpg"], $"{_records}, line 8"], unreadable.Select(each => each.What).Order(StringComparer.Ordinal));
        Assert.All(steps.SelectMany(step => step.Batches), batch => Assert.Equal((2, 2), (batch.Rows, batch.PictureCount)));
        int[] bad = [2, 4, 5, 7, 8];
        Assert.DoesNotContain(steps.SelectMany(step => step.Batches).SelectMany(batch => batch.Places), place => bad.Contains(place.Line!.Value));
        Assert.Contains("line 5: names the picture 'missing.jpg', but there is no file", Reason(unreadable, "missing.jpg"), StringComparison.Ordinal);
        Assert.Contains("broken.jpg", Reason(unreadable, "broken.jpg"), StringComparison.Ordinal);
        Assert.Contains("leaves no room", Reason(unreadable, "line 8"), StringComparison.Ordinal);
        Assert.Equal(unreadable, steps.SelectMany(step => step.NewlyUnreadable));
        Assert.Equal(3, steps[^1].Unreadable);
    }

    [Fact]
    public void The_count_goes_on_after_a_resume_as_if_there_had_been_none()
    {
        (StepBatch[] whole, IReadOnlyList<UnreadableSample> all) = Read(0, []);
        for (int done = 1; done < Steps; done++)
        {
            UnreadableSample[] known = [.. whole.Take(done).SelectMany(step => step.NewlyUnreadable)];
            (StepBatch[] rest, IReadOnlyList<UnreadableSample> unreadable) = Read(done, known);
            Assert.Equal(whole.Skip(done).Select(step => step.Unreadable), rest.Select(step => step.Unreadable));
            Assert.Equal(all, unreadable);
        }
    }

    [Fact]
    public void More_than_are_borne_end_the_training_and_name_the_first()
    {
        string message = Assert.Throws<CommSharpException>(() => Read(0, [], limit: 2)).Message;
        Assert.StartsWith("3 samples could not be used, more than the 2 that are borne (loading.unreadableLimit). They are: ", message, StringComparison.Ordinal);
        Assert.Contains("missing.jpg", message, StringComparison.Ordinal);
        Assert.Throws<CommSharpException>(() => Read(0, [], limit: 0));
    }

    [Fact]
    public void A_data_set_of_which_nothing_can_be_used_ends_the_training_whatever_is_borne()
    {
        using SampleSet samples = Open(Line("broken.jpg", "a") + Line("broken.jpg", "b"));
        using BatchStream stream = Stream(samples, 0, [], limit: 100);
        Assert.StartsWith("None of 64 samples that were tried", Assert.Throws<CommSharpException>(stream.Next).Message, StringComparison.Ordinal);
    }

    private static string Reason(IReadOnlyList<UnreadableSample> all, string what) => all.Single(each => each.What.EndsWith(what, StringComparison.Ordinal)).Reason;

    private static string Line(string picture, string expression) =>
        $$"""{"img_path": "{{picture}}", "expression": "{{expression}}", "bbox": [3, 2, 19, 11]}""" + "\n";

    private static BatchStream Stream(SampleSet samples, long done, IReadOnlyList<UnreadableSample> known, int limit) => new(
        samples,
        DataSamples.Preparer(maxTokens: 600),
        new BatchSettings { Size = 2, Accumulation = 2 },
        new LoadingSettings { Workers = 3, UnreadableLimit = limit },
        augmentation: null,
        seed: 3,
        done,
        Steps,
        known,
        CancellationToken.None);

    private SampleSet Open(string records) =>
        DataSamples.Open(new DatasetPart { Format = "shikra-region", Path = _folder.Write("some.jsonl", records), Pictures = _folder.Path });

    private (StepBatch[] Steps, IReadOnlyList<UnreadableSample> Unreadable) Read(int done, IReadOnlyList<UnreadableSample> known, int limit = 3)
    {
        using SampleSet samples = DataSamples.Open(new DatasetPart { Format = "shikra-region", Path = _records });
        using BatchStream stream = Stream(samples, done, known, limit);
        StepBatch[] steps = [.. Enumerable.Range(done, Steps - done).Select(_ => stream.Next())];
        return (steps, stream.Unreadable);
    }
}
