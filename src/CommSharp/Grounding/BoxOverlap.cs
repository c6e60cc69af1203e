using System.Numerics;
using CommSharp.Imaging;

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
    public static float IntersectionOverUnion(NormalizedBox a, NormalizedBox b) => Ratio(Scaled(a, Scale, Scale), Scaled(b, Scale, Scale));

    /// <summary>
    /// The same in pixels of a picture, in single precision, as Qwen-VL's evaluation does: the answer covers the whole picture, unpadded.
    /// </summary>
    /// <param name="answer">The box of the answer.</param>
    /// <param name="target">The right box, in pixels.</param>
    /// <param name="size">The picture's size.</param>
    public static float IntersectionOverUnion(NormalizedBox answer, PixelBox target, PictureSize size) =>
        Ratio(Scaled(answer, size.Width, size.Height), Scaled(new NormalizedBox(target.X1, target.Y1, target.X2, target.Y2), 1, 1));

    /// <summary>The same in double precision on the values as they are, as lmms-eval does.</summary>
    public static double PreciseIntersectionOverUnion(NormalizedBox a, NormalizedBox b) => Ratio((a.X1, a.Y1, a.X2, a.Y2), (b.X1, b.Y1, b.X2, b.Y2));

    private static T Ratio<T>((T X1, T Y1, T X2, T Y2) p, (T X1, T Y1, T X2, T Y2) q)
        where T : INumber<T>
    {
        T width = T.Max(T.Min(p.X2, q.X2) - T.Max(p.X1, q.X1), T.Zero), height = T.Max(T.Min(p.Y2, q.Y2) - T.Max(p.Y1, q.Y1), T.Zero);
        T shared = width * height;
        return shared / (((p.X2 - p.X1) * (p.Y2 - p.Y1)) + ((q.X2 - q.X1) * (q.Y2 - q.Y1)) - shared);
    }

    private static (float X1, float Y1, float X2, float Y2) Scaled(NormalizedBox box, float width, float height) =>
        ((float)box.X1 * width, (float)box.Y1 * height, (float)box.X2 * width, (float)box.Y2 * height);
}
