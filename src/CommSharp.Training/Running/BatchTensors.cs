using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Training.Batching;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>A batch on the device.</summary>
internal sealed class BatchTensors : IDisposable
{
    /// <summary>Brings a batch to a device.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="dtype">What its activations are computed in.</param>
    public BatchTensors(TrainingBatch batch, Device device, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        Ids = tensor(batch.Ids, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope();
        Labels = tensor(batch.Labels, [batch.Rows, batch.Length], device: device).DetachFromDisposeScope();
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

    /// <summary>Which question of its row each token belongs to; null where every row is one sample.</summary>
    public PackedQuestions? Questions { get; }

    /// <summary>The pictures; null for words alone.</summary>
    public ImageBatch? Images { get; }

    public void Dispose()
    {
        Ids.Dispose();
        Labels.Dispose();
        Questions?.Dispose();
        Images?.Dispose();
    }
}
