using CommSharp.Configuration;

namespace CommSharp.Imaging;

/// <summary>
/// How pictures become the squares that a model was trained on. Mean and deviation are not part of it: each branch applies its own.
/// </summary>
public sealed record ImagePreprocessing
{
    private const int LargestSize = 16_384; // times the longest side of a picture it is still an int

    /// <summary>What happens to the picture's proportions.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Pad;

    /// <summary>The colour of padding.</summary>
    public RgbColor Fill { get; init; } = RgbColor.Mean;

    /// <summary>How pixels are interpolated.</summary>
    public ResampleFilter Resample { get; init; } = ResampleFilter.Bicubic;

    /// <summary>The side of the model's square, where the model itself does not say.</summary>
    public int Size { get; init; } = 336;

    /// <summary>
    /// The side, or the shorter edge, that the picture is resized to before a square of <see cref="Size"/> is cut out of its middle; DINOv2 cuts
    /// 224 out of 256. By default the same as <see cref="Size"/>.
    /// </summary>
    public int? ResizedSize { get; init; }

    /// <summary>Reads what a checkpoint's preprocessor_config.json says.</summary>
    /// <param name="file">The path of the file.</param>
    /// <exception cref="ConfigurationException">It asks for something that changes pixels and is not supported; names the member.</exception>
    public static ImagePreprocessing ReadHuggingFace(string file) => HuggingFacePreprocessing.Read(HuggingFaceConfig.Read(file));

    /// <summary>Prepares a picture.</summary>
    /// <param name="image">The picture, upright.</param>
    /// <param name="size">The side of the model's square; <see cref="Size"/> when null. <see cref="ResizedSize"/> follows in proportion.</param>
    public PreparedImage Apply(RgbImage image, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ImageGeometry geometry = Geometry(image.Width, image.Height, size ?? Size);
        var padded = new PaddedImage(image, geometry.PadLeft, geometry.PadTop, geometry.PaddedWidth, geometry.PaddedHeight, Fill);
        return new PreparedImage(Resampler.Resize(padded, geometry.ResizedWidth, geometry.ResizedHeight, geometry.Window, Resample), geometry);
    }

    /// <summary>What <see cref="Apply"/> does to a picture, known from its size alone.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="size">The side of the model's square.</param>
    /// <exception cref="CommSharpException">The config's own sizes contradict each other.</exception>
    public ImageGeometry Geometry(int width, int height, int size)
    {
        int side = ResizedSize ?? Size;
        if (Size < 1 || side < Size || side > LargestSize)
        {
            throw new CommSharpException(
                $"A square of {Size} pixels cannot be cut out of {side}: "
                + $"\"size\" must be at least 1, \"resizedSize\" at least \"size\", and both at most {LargestSize}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestSize);

        int resized = (int)((long)side * size / Size);
        return Fit switch
        {
            ImageFit.Pad => ImageGeometry.Pad(width, height, size, resized),
            ImageFit.Crop => ImageGeometry.Crop(width, height, size, resized),
            _ => ImageGeometry.Resize(width, height, size, resized),
        };
    }
}
