namespace CommSharp.Data.Tabletop.World;

/// <summary>A point of a scene; both numbers run from 0 to 1, from the left and from the top.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
public readonly record struct ScenePoint(double X, double Y);

/// <summary>A box in a scene, as fractions of its sides.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
public readonly record struct SceneBox(double X1, double Y1, double X2, double Y2)
{
    /// <summary>Its width.</summary>
    public double Width => X2 - X1;

    /// <summary>Its height.</summary>
    public double Height => Y2 - Y1;

    /// <summary>Its middle.</summary>
    public ScenePoint Middle => new((X1 + X2) / 2, (Y1 + Y2) / 2);

    /// <summary>Whether a part of it lies in another box.</summary>
    public bool Meets(SceneBox other) => X1 < other.X2 && other.X1 < X2 && Y1 < other.Y2 && other.Y1 < Y2;
}

/// <summary>
/// The outlines of the shapes about (0, 0), pointing up, of about the same area: polygons, so that a box is exact and the same everywhere, with corners dense
/// enough that curves look round. A point is inside when it is within an odd number of polygons.
/// </summary>
internal static class Outline
{
    private const int CurvePoints = 48;

    private static readonly ScenePoint[][][] Shapes = [.. Enum.GetValues<Shape>().Select(Draw)];

    /// <summary>The polygons of a shape.</summary>
    public static IReadOnlyList<IReadOnlyList<ScenePoint>> Of(Shape shape) => Shapes[(int)shape];

    /// <summary>Whether a point is inside polygons, by the number of edges to its right.</summary>
    public static bool Contains(IReadOnlyList<IReadOnlyList<ScenePoint>> polygons, ScenePoint point)
    {
        bool inside = false;
        foreach (IReadOnlyList<ScenePoint> polygon in polygons)
        {
            for (int i = 0, before = polygon.Count - 1; i < polygon.Count; before = i++)
            {
                ScenePoint a = polygon[i], b = polygon[before];
                if (a.Y > point.Y != b.Y > point.Y && point.X < ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)) + a.X)
                {
                    inside = !inside;
                }
            }
        }

        return inside;
    }

    private static ScenePoint[][] Draw(Shape shape) => shape switch
    {
        Shape.Circle => [Arc(0, 0, 1, 0, 360)],
        Shape.Square => [[new(-0.88, -0.88), new(0.88, -0.88), new(0.88, 0.88), new(-0.88, 0.88)]],
        Shape.Triangle => [Arms(1.18, 1.18, 3).Where((_, i) => i % 2 == 0).ToArray()],
        Shape.Star => [Arms(1.2, 0.5, 5)],
        Shape.Heart => [Heart()],
        Shape.Ring => [Arc(0, 0, 1.05, 0, 360), Arc(0, 0, 0.52, 0, 360)],
        Shape.Cross => [Cross(1.05, 0.36)],
        Shape.Moon => [[.. Arc(0, 0, 1.1, 35, 325), .. Arc(0.55, 0, 0.72, 299, 61)]],
        Shape.Arrow =>
        [
            [new(0, -1.15), new(0.88, -0.1), new(0.36, -0.1), new(0.36, 1.1), new(-0.36, 1.1), new(-0.36, -0.1), new(-0.88, -0.1)],
        ],
        Shape.Diamond => [[new(0, -1.3), new(0.78, 0), new(0, 1.3), new(-0.78, 0)]],
        Shape.Drop => [[new(0, -1.3), .. Arc(0, 0.3, 0.8, -20, 200)]],
        Shape.Bar => [[new(-1.4, -0.7), new(1.4, -0.7), new(1.4, 0.7), new(-1.4, 0.7)]],
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Unknown shape."),
    };

    /// <summary>A part of a circle; angles run from the right towards the bottom.</summary>
    private static ScenePoint[] Arc(double x, double y, double radius, double from, double to) =>
    [
        .. Enumerable.Range(0, CurvePoints).Select(i =>
        {
            (double sine, double cosine) = Angle.Of(from + ((to - from) * i / (Math.Abs(to - from) == 360 ? CurvePoints : CurvePoints - 1)));
            return new ScenePoint(x + (radius * cosine), y + (radius * sine));
        }),
    ];

    /// <summary>Corners far and near by turns, the first one at the top.</summary>
    private static ScenePoint[] Arms(double far, double near, int count) =>
    [
        .. Enumerable.Range(0, 2 * count).Select(i =>
        {
            (double sine, double cosine) = Angle.Of((180.0 * i / count) - 90);
            double radius = i % 2 == 0 ? far : near;
            return new ScenePoint(radius * cosine, radius * sine);
        }),
    ];

    private static ScenePoint[] Cross(double arm, double half) =>
    [
        new(-half, -arm), new(half, -arm), new(half, -half), new(arm, -half), new(arm, half), new(half, half),
        new(half, arm), new(-half, arm), new(-half, half), new(-arm, half), new(-arm, -half), new(-half, -half),
    ];

    /// <summary>The well-known curve x = 16 sin³t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t, brought to size.</summary>
    private static ScenePoint[] Heart()
    {
        const double Scale = 1.08 / 16;
        return
        [
            .. Enumerable.Range(0, CurvePoints).Select(i =>
            {
                double t = 360.0 * i / CurvePoints, sine = Angle.Of(t).Sine;
                double y = (13 * Angle.Of(t).Cosine) - (5 * Angle.Of(2 * t).Cosine) - (2 * Angle.Of(3 * t).Cosine) - Angle.Of(4 * t).Cosine;
                return new ScenePoint(16 * sine * sine * sine * Scale, (-y - 2.5) * Scale);
            }),
        ];
    }
}
