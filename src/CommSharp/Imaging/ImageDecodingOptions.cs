namespace CommSharp.Imaging;

/// <summary>How pictures are decoded.</summary>
public sealed record ImageDecodingOptions
{
    /// <summary>The options that apply where none are given.</summary>
    public static ImageDecodingOptions Default { get; } = new();

    /// <summary>
    /// Whether a picture is turned as its EXIF orientation says, so that it stands as people see it. Pillow and transformers do not by themselves.
    /// </summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>What is refused.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;
}
