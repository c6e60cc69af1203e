using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Training.Batching;
using CommSharp.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>A batch on the device.</summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly TrainingBatch _batch;

    /// <summary>Brings a batch to a device.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="dtype">What its activations are computed in.</param>
    public BatchTensors(TrainingBatch batch, Device device, ScalarType dtype)
    {
        _batch = batch;
        using DisposeScope scope = NewDisposeScope();
        Ids = tensor(batch.Ids, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope();
        Labels = tensor(batch.Labels, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope();
        Weights = batch.Weights is null ? null : tensor(batch.Weights, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope();
        Questions = batch.Questions is null || batch.Positions is null
            ? null
            : new PackedQuestions(
                tensor(batch.Questions, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope(),
                tensor(batch.Positions, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope());
        Images = batch.PictureCount == 0 ? null : new ImageBatch([.. batch.Pictures.Select(Pixels)]);

        Tensor Pixels(BatchPixels pictures) =>
            tensor(pictures.Values, [batch.PictureCount, 3, pictures.Size, pictures.Size]).to(dtype, device);
    }

    /// <summary>int64 [B, L].</summary>
    public Tensor Ids { get; }

    /// <summary>int64 [B, L].</summary>
    public Tensor Labels { get; }

    /// <summary>How much each label counts, float32 [B, L]; null where all count 1.</summary>
    public Tensor? Weights { get; }

    /// <summary>Which question of its row each token belongs to; null where every row is one sample.</summary>
    public PackedQuestions? Questions { get; }

    /// <summary>The pictures; null for words alone.</summary>
    public ImageBatch? Images { get; }

    /// <summary>Where a head should look; the caller's.</summary>
    /// <param name="settings">Which heads.</param>
    /// <param name="depth">The decoder's blocks.</param>
    /// <param name="areWords">Whether from words of questions; else from answers.</param>
    /// <returns>Null where the batch has no such token.</returns>
    public AttentionGuide? Guide(GuidanceSettings settings, int depth, bool areWords)
    {
        GuidedPlace[] places = [.. _batch.Guided.Where(place => place.IsWord == areWords)];
        if (places.Length == 0)
        {
            return null;
        }

        float[] worth = new float[places.Length * _batch.Length];
        foreach ((int i, GuidedPlace place) in places.Index())
        {
            for (int token = 0; token < place.Worth.Count; token++)
            {
                worth[(i * _batch.Length) + place.First + token] = place.Worth[token];
            }
        }

        using DisposeScope scope = NewDisposeScope();
        return new AttentionGuide(
            areWords ? settings.WordBlockOf(depth) : settings.BlockOf(depth),
            settings.Head,
            tensor(places.Select(place => (long)place.Place).ToArray(), device: Ids.device).DetachFromDisposeScope(),
            tensor(worth, [places.Length, _batch.Length], device: Ids.device).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        Ids.Dispose();
        Labels.Dispose();
        Weights?.Dispose();
        Questions?.Dispose();
        Images?.Dispose();
    }
}
