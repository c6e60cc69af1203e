namespace CommSharp.Imaging;

/// <summary>What is refused before memory is taken for it, by the size that a file declares.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits that apply where none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The largest number of pixels, width times height.</summary>
    public long MaximumPixels { get; init; } = 100_000_000;

    /// <summary>The longest side; what resizing costs grows with it. JPEG allows no longer one.</summary>
    public int MaximumSide { get; init; } = 65_535;

    /// <summary>The largest encoded picture, in bytes.</summary>
    public int MaximumBytes { get; init; } = 256 << 20;
}
