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

    private string[] Read(int workers, int ahead, int done = 0, long seed = 7)
    {
        var batch = new BatchSettings { Size = 3, Accumulation = 2, MaxTokens = 400 };
        using var stream = new BatchStream(
            _samples, DataSamples.Preparer(), batch, new LoadingSettings { Workers = workers, Ahead = ahead }, Varied, seed, done, Steps, [], CancellationToken.None);
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
