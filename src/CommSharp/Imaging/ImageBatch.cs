using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Imaging;

/// <summary>
/// Pictures ready for a model: red, green and blue in 0..1, once per distinct size that the model's branches ask for. Every branch applies its
/// own mean and deviation, so no tower ever sees another's pixels.
/// </summary>
public sealed class ImageBatch : IDisposable
{
    private readonly Dictionary<(long Height, long Width), Tensor> _sizes = [];

    /// <summary>Collects the same pictures in several sizes. The batch owns the tensors from now on.</summary>
    /// <param name="pixels">Each [B, 3, H, W], in 0..1.</param>
    /// <exception cref="ArgumentException">No tensor, another shape, or different numbers of pictures.</exception>
    public ImageBatch(params IReadOnlyList<Tensor> pixels)
    {
        foreach (Tensor picture in pixels)
        {
            if (picture.dim() != 4 || picture.shape[1] != 3 || picture.shape[0] != pixels[0].shape[0])
            {
                throw new ArgumentException($"Pictures are [B, 3, H, W] with one B; got [{string.Join(", ", picture.shape)}].", nameof(pixels));
            }

            _sizes[(picture.shape[2], picture.shape[3])] = picture.DetachFromDisposeScope();
        }

        Count = pixels.Count > 0 ? (int)pixels[0].shape[0] : throw new ArgumentException("A batch has at least one picture.", nameof(pixels));
    }

    /// <summary>The number of pictures, B.</summary>
    public int Count { get; }

    /// <summary>What was done to each picture: the way between its pixels and the model's square. Empty for a batch made of tensors.</summary>
    public IReadOnlyList<ImageGeometry> Geometries { get; private init; } = [];

    /// <summary>Prepares pictures in every size that a model asks for.</summary>
    /// <param name="images">The pictures, upright; at least one.</param>
    /// <param name="preprocessing">How they become squares.</param>
    /// <param name="sizes">The sides, such as those of VisionStack.ImageSizes; the geometries are those of the first.</param>
    public static ImageBatch Prepare(IReadOnlyList<RgbImage> images, ImagePreprocessing preprocessing, IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count);
        ArgumentOutOfRangeException.ThrowIfZero(sizes.Count);
        PreparedImage[][] prepared = [.. sizes.Distinct().Select(size => images.Select(image => preprocessing.Apply(image, size)).ToArray())];
        using DisposeScope scope = NewDisposeScope();
        return new ImageBatch([.. prepared.Select(pictures => cat([.. pictures.Select(picture => picture.Pixels.ToTensor())], 0))])
        {
            Geometries = [.. prepared[0].Select(picture => picture.Geometry)],
        };
    }

    /// <summary>The same pictures on a device and in an element type.</summary>
    /// <param name="device">Where the model is.</param>
    /// <param name="dtype">What its activations are computed in.</param>
    public ImageBatch To(Device device, ScalarType dtype) =>
        new([.. _sizes.Values.Select(pixels => pixels.to(dtype, device, copy: true))]) { Geometries = Geometries };

    /// <summary>The pictures in one size.</summary>
    /// <param name="height">H, in pixels.</param>
    /// <param name="width">W, in pixels.</param>
    /// <returns>[B, 3, H, W], in 0..1; the batch's own tensor.</returns>
    /// <exception cref="CommSharpException">The batch does not hold this size.</exception>
    public Tensor At(long height, long width) => _sizes.TryGetValue((height, width), out Tensor? pixels)
        ? pixels
        : throw new CommSharpException(
            $"A branch asks for pictures of {height} x {width} pixels, "
            + $"but the batch holds {string.Join(", ", _sizes.Keys.Select(size => $"{size.Height} x {size.Width}"))}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor pixels in _sizes.Values)
        {
            pixels.Dispose();
        }
    }
}
