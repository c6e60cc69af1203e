using CommSharp.Imaging;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>A batch on the device.</summary>
internal sealed class PictureTensors : IDisposable
{
    /// <summary>Brings a batch to a device.</summary>
    public PictureTensors(PictureBatch batch, IReadOnlyList<ViewGroup> groups, PixelNormalization normalization, Device device)
    {
        Captions = batch.Captions;
        Labels = batch.Labels;
        Regions = batch.Regions;
        Views = [.. batch.Views.Zip(groups, (bytes, group) => Pixels(bytes, group.Size, normalization, device).DetachFromDisposeScope())];
    }

    /// <summary>For each group of views, normalised pixels [views * B, 3, side, side]: the first view of every picture, then the second of every one.</summary>
    public IReadOnlyList<Tensor> Views { get; }

    /// <summary>The captions; empty where the source has none.</summary>
    public IReadOnlyList<string> Captions { get; }

    /// <summary>The classes; empty where the source has none.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The regions as the first view of the first group shows them; empty where the source has none.</summary>
    public IReadOnlyList<SeenRegion> Regions { get; }

    /// <summary>Normalised pixels of pictures of one size, [N, 3, side, side].</summary>
    /// <param name="bytes">[N, side, side, 3].</param>
    /// <param name="size">The side.</param>
    /// <param name="normalization">What they are brought to.</param>
    /// <param name="device">Where to.</param>
    public static Tensor Pixels(byte[] bytes, int size, PixelNormalization normalization, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return normalization.Apply(Rgb(bytes, size, device)).MoveToOuterDisposeScope();
    }

    /// <summary>The same before they are normalised, in 0..1.</summary>
    public static Tensor Rgb(byte[] bytes, int size, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rgb = tensor(bytes, ScalarType.Byte).to(device).view(-1, size, size, 3);
        return rgb.permute(0, 3, 1, 2).contiguous().to(ScalarType.Float32).Over(255).MoveToOuterDisposeScope();
    }

    /// <summary>Normalised pixels as they were before, in 0..1, for a tower that is used to other numbers.</summary>
    public static Tensor Undo(Tensor pixels, PixelNormalization normalization)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = tensor(normalization.Mean.ToArray(), [1, 3, 1, 1], pixels.dtype, pixels.device);
        return (pixels * tensor(normalization.Deviation.ToArray(), [1, 3, 1, 1], pixels.dtype, pixels.device)).Plus(mean).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor view in Views)
        {
            view.Dispose();
        }
    }
}
