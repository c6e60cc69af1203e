namespace CommSharp.Grounding;

/// <summary>Questions about boxes and points as a model writes them, which may be anything.</summary>
public static class BoxExtensions
{
    /// <summary>Whether left is left of right, and top above bottom.</summary>
    public static bool IsOrdered(this NormalizedBox box) => box.X1 < box.X2 && box.Y1 < box.Y2;

    /// <summary>Whether no corner lies outside of 0..1.</summary>
    public static bool IsWithinPicture(this NormalizedBox box) =>
        new NormalizedPoint(box.X1, box.Y1).IsWithinPicture() && new NormalizedPoint(box.X2, box.Y2).IsWithinPicture();

    /// <summary>Whether it does not lie outside of 0..1.</summary>
    public static bool IsWithinPicture(this NormalizedPoint point) => point.X is >= 0 and <= 1 && point.Y is >= 0 and <= 1;
}
