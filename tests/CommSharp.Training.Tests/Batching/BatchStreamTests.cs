using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Tests.Batching;

/// <summary>The stream of steps: the same whatever the threads, resumable, bounded, and quick to stop.</summary>
public sealed class BatchStreamTests : IDisposable
{
    private const int Steps = 30;

    private static readonly AugmentationSettings Varied = new() { Flip = 0.5, Brightness = 0.2, Contrast = 0.2, Saturation = 0.2, SmallestCrop = 0.6 };

    private readonly SampleSet _samples = DataSamples.Open(DataSamples.Mixture);

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Neither_workers_nor_steps_ahead_nor_the_start_change_a_bit()
    {
        string[] expected = Read(workers: 1, ahead: 1);
        Assert.Equal(Steps, expected.Distinct().Count());
        Assert.Equal(expected, Read(workers: 2, ahead: 3));
        Assert.Equal(expected, Read(workers: 5, ahead: 7));
        foreach (int done in (int[])[1, 7, 29])
        {
            Assert.Equal(expected.Skip(done), Read(workers: 3, ahead: 2, done));
        }
    }

    [Fact]
    public void Another_seed_gives_other_steps()
    {
        Assert.NotEqual(Read(workers: 2, ahead: 2)[0], Read(workers: 2, ahead: 2, seed: 8)[0]);
    }

    [Fact]
    public void No_more_steps_than_asked_for_are_ever_prepared_ahead()
    {
        using BatchStream stream = Start(new LoadingSettings { Workers = 4, Ahead = 3 }, totalSteps: 20);
        for (int step = 1; step <= 10; step++)
        {
            stream.Next();
            Until(() => stream.Drafts == 3);
            Thread.Sleep(20);
            Assert.Equal(3, stream.Drafts);
        }

        for (int step = 11; step <= 20; step++)
        {
            Assert.InRange(stream.Drafts, 0, 20 - step + 1);
            Assert.Equal(step, stream.Next().Step);
        }

        Assert.Equal(0, stream.Drafts);
        Assert.Throws<InvalidOperationException>(stream.Next);
    }

    [Fact]
    public void Disposing_stops_the_threads_at_once_whether_they_wait_or_work()
    {
        BatchStream full = Start(new LoadingSettings { Workers = 3, Ahead = 1 });
        Until(() => full.Drafts == 1);
        Thread.Sleep(50);
        Assert.Equal(3, full.LivingWorkers);
        full.Dispose();
        Assert.Equal(0, full.LivingWorkers);
        Assert.Throws<ObjectDisposedException>(full.Next);
        full.Dispose();

        BatchStream busy = Start(new LoadingSettings { Workers = 3, Ahead = 500 });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        busy.Dispose();
        Assert.Equal(0, busy.LivingWorkers);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void Threads_end_by_themselves_after_the_last_step()
    {
        using BatchStream stream = Start(new LoadingSettings { Workers = 3, Ahead = 4 }, totalSteps: 2);
        stream.Next();
        stream.Next();
        Until(() => stream.LivingWorkers == 0);
    }

    [Fact]
    public void A_failure_comes_out_with_the_place_where_it_happened()
    {
        SampleSet samples = DataSamples.Open(new DatasetPart
        {
            Format = "shikra-gqa",
            Task = "program-boxes",
            Path = Path.Combine(DataSamples.Shikra, "gqa_question_balanced_with_cot.jsonl"),
            Pictures = Path.Combine(DataSamples.Shikra, "images"),
            Limit = 1,
        });
        samples.Dispose(); // its file of scene graphs is closed: no fault of any record
        using BatchStream stream = Start(new LoadingSettings(), samples: samples);
        CommSharpException error = Assert.Throws<CommSharpException>(stream.Next);
        Assert.Contains("gqa_question_balanced_with_cot.jsonl, line 1: could not be prepared", error.Message, StringComparison.Ordinal);
        Assert.IsType<ObjectDisposedException>(error.InnerException);
    }

    [Fact]
    public void Cancelling_wakes_who_waits()
    {
        using var source = new CancellationTokenSource();
        using BatchStream stream = Start(new LoadingSettings { Workers = 1, Ahead = 1 }, stop: source);
        stream.Next();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                stream.Next();
            }
        });
        Until(() => stream.LivingWorkers == 0);
    }

    private static void Until(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "It never came to pass.");

    private BatchStream Start(LoadingSettings loading, long totalSteps = 1000, SampleSet? samples = null, CancellationTokenSource? stop = null) => new(
        samples ?? _samples,
        DataSamples.Preparer(),
        new BatchSettings { Size = 2 },
        loading,
        Varied,
        seed: 7,
        firstStep: 0,
        totalSteps,
        unreadableSoFar: [],
        stop?.Token ?? TestContext.Current.CancellationToken);

    private string[] Read(int workers, int ahead, int done = 0, long seed = 7)
    {
        var batch = new BatchSettings { Size = 3, Accumulation = 2, MaxTokens = 400 };
        var loading = new LoadingSettings { Workers = workers, Ahead = ahead };
        using var stream = new BatchStream(_samples, DataSamples.Preparer(), batch, loading, Varied, seed, done, Steps, [], CancellationToken.None);
        return [.. Enumerable.Range(done, Steps - done).Select(_ => Hash(stream.Next()))];
    }

    /// <summary>Every bit of a step.</summary>
    private static string Hash(StepBatch step)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(step.Step);
        writer.Write(step.Epoch);
        writer.Write(step.Unreadable);
        foreach (TrainingBatch batch in step.Batches)
        {
            writer.Write($"{batch.Rows} {batch.Length} {batch.PictureCount} {batch.Tokens} {batch.AnswerTokens} {string.Join('|', batch.Places)}");
            Array.ForEach(batch.Ids, writer.Write);
            Array.ForEach(batch.Labels, writer.Write);
            foreach (BatchPixels pixels in batch.Pictures)
            {
                writer.Write(pixels.Size);
                Array.ForEach(pixels.Values, writer.Write);
            }
        }

        writer.Flush();
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes.ToArray()));
    }
}
