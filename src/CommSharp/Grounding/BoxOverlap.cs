namespace CommSharp.Grounding;

/// <summary>How much two boxes have in common.</summary>
public static class BoxOverlap
{
    // Shikra measures boxes in thousandths, in single precision; at the border of a hit the last bit decides.
    private const float Scale = 1000;

    /// <summary>
    /// Intersection over union, in single precision on values times 1000 as the reference does. Not a number when neither box has an area, and
    /// for some boxes with reversed corners: a miss in either case.
    /// </summary>
    public static float IntersectionOverUnion(NormalizedBox a, NormalizedBox b)
    {
        (float X1, float Y1, float X2, float Y2) p = Scaled(a), q = Scaled(b);
        float width = Math.Max(Math.Min(p.X2, q.X2) - Math.Max(p.X1, q.X1), 0), height = Math.Max(Math.Min(p.Y2, q.Y2) - Math.Max(p.Y1, q.Y1), 0);
        float shared = width * height;
        return shared / (((p.X2 - p.X1) * (p.Y2 - p.Y1)) + ((q.X2 - q.X1) * (q.Y2 - q.Y1)) - shared);
    }

    private static (float X1, float Y1, float X2, float Y2) Scaled(NormalizedBox box) =>
        ((float)box.X1 * Scale, (float)box.Y1 * Scale, (float)box.X2 * Scale, (float)box.Y2 * Scale);
}
