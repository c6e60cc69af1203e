using CommSharp.Grounding;

namespace CommSharp.Imaging;

/// <summary>
/// What was done to a picture before the model saw it: padded, resized, cut out. The only way between the picture's pixels and the model's square,
/// for boxes and points, both ways. Nothing is rounded or cut off by the mapping itself.
/// </summary>
public sealed record ImageGeometry
{
    private ImageGeometry()
    {
    }

    /// <summary>The picture's width, as it is seen upright.</summary>
    public required int Width { get; init; }

    /// <summary>The picture's height, as it is seen upright.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of padding before the picture.</summary>
    public required int PadLeft { get; init; }

    /// <summary>Rows of padding above the picture.</summary>
    public required int PadTop { get; init; }

    /// <summary>The width with padding.</summary>
    public required int PaddedWidth { get; init; }

    /// <summary>The height with padding.</summary>
    public required int PaddedHeight { get; init; }

    /// <summary>The width that the padded picture was resized to.</summary>
    public required int ResizedWidth { get; init; }

    /// <summary>The height that the padded picture was resized to.</summary>
    public required int ResizedHeight { get; init; }

    /// <summary>The part of the resized picture that the model sees; a square.</summary>
    public required PixelWindow Window { get; init; }

    /// <summary>The share of the picture's area that the model sees.</summary>
    public double VisibleFraction => VisibleFractionOf(new PixelBox(0, 0, Width, Height));

    /// <summary>Whether something of the picture was cut off.</summary>
    public bool LosesPicture => VisibleFraction < 1 - 1e-9; // less than a row of the largest picture, more than rounding

    private double ScaleX => (double)ResizedWidth / PaddedWidth;

    private double ScaleY => (double)ResizedHeight / PaddedHeight;

    /// <summary>Of a picture that is padded to a square and resized.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="size">The side of the model's square.</param>
    /// <param name="resized">The side before the middle is cut out; the same as <paramref name="size"/> when null.</param>
    public static ImageGeometry Pad(int width, int height, int size, int? resized = null)
    {
        int side = Math.Max(width, height);
        return Make(width, height, (side - width) / 2, (side - height) / 2, (side, side), (resized ?? size, resized ?? size), size);
    }

    /// <summary>Of a picture that is resized by its shorter edge and whose middle is cut out.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="size">The side of the model's square.</param>
    /// <param name="resized">The shorter edge before the middle is cut out; the same as <paramref name="size"/> when null.</param>
    public static ImageGeometry Crop(int width, int height, int size, int? resized = null)
    {
        int edge = resized ?? size;
        (int Width, int Height) target = width <= height
            ? (edge, checked((int)((long)edge * height / Math.Max(width, 1))))
            : (checked((int)((long)edge * width / Math.Max(height, 1))), edge);
        return Make(width, height, 0, 0, (width, height), target, size);
    }

    /// <summary>Of a picture that is resized to a square at once.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="size">The side of the model's square.</param>
    /// <param name="resized">The side before the middle is cut out; the same as <paramref name="size"/> when null.</param>
    public static ImageGeometry Resize(int width, int height, int size, int? resized = null) =>
        Make(width, height, 0, 0, (width, height), (resized ?? size, resized ?? size), size);

    /// <summary>From the picture to the model's square; what the model does not see lies outside 0..1.</summary>
    /// <param name="point">In the picture's pixels.</param>
    public NormalizedPoint ToModel(PixelPoint point) => new(
        (((point.X + PadLeft) * ScaleX) - Window.Left) / Window.Width,
        (((point.Y + PadTop) * ScaleY) - Window.Top) / Window.Height);

    /// <summary>From the picture to the model's square; what the model does not see lies outside 0..1.</summary>
    /// <param name="box">In the picture's pixels.</param>
    public NormalizedBox ToModel(PixelBox box)
    {
        (NormalizedPoint from, NormalizedPoint to) = (ToModel(new PixelPoint(box.X1, box.Y1)), ToModel(new PixelPoint(box.X2, box.Y2)));
        return new NormalizedBox(from.X, from.Y, to.X, to.Y);
    }

    /// <summary>From the model's square to the picture; a point in the padding lies outside the picture.</summary>
    /// <param name="point">In the model's square.</param>
    public PixelPoint ToPixels(NormalizedPoint point) => new(
        (((point.X * Window.Width) + Window.Left) / ScaleX) - PadLeft,
        (((point.Y * Window.Height) + Window.Top) / ScaleY) - PadTop);

    /// <summary>From the model's square to the picture; what lies in the padding is outside the picture (<see cref="PixelBox.ClampTo"/>).</summary>
    /// <param name="box">In the model's square.</param>
    public PixelBox ToPixels(NormalizedBox box)
    {
        (PixelPoint from, PixelPoint to) = (ToPixels(new NormalizedPoint(box.X1, box.Y1)), ToPixels(new NormalizedPoint(box.X2, box.Y2)));
        return new PixelBox(from.X, from.Y, to.X, to.Y);
    }

    /// <summary>The share of a box's area that the model sees; 0 for a box without area.</summary>
    /// <param name="box">In the picture's pixels.</param>
    public double VisibleFractionOf(PixelBox box) =>
        box.Area > 0 ? box.Intersect(ToPixels(new NormalizedBox(0, 0, 1, 1))).Area / box.Area : 0;

    private static ImageGeometry Make(
        int width, int height, int padLeft, int padTop, (int Width, int Height) padded, (int Width, int Height) resized, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Math.Min(resized.Width, resized.Height));
        return new ImageGeometry
        {
            Width = width,
            Height = height,
            PadLeft = padLeft,
            PadTop = padTop,
            PaddedWidth = padded.Width,
            PaddedHeight = padded.Height,
            ResizedWidth = resized.Width,
            ResizedHeight = resized.Height,
            Window = new PixelWindow((resized.Width - size) / 2, (resized.Height - size) / 2, size, size),
        };
    }
}
