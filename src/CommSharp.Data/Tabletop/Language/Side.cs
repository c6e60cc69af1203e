using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>Where one thing is as seen from another.</summary>
public enum Side
{
    /// <summary>To the left.</summary>
    Left,

    /// <summary>To the right.</summary>
    Right,

    /// <summary>Above in the picture.</summary>
    Above,

    /// <summary>Below in the picture.</summary>
    Below,
}

/// <summary>
/// What is true of places, by the middles of boxes. Everything has a middle ground in which it is neither true nor false; nothing is said or asked about what
/// lies there, so that every reading of the words agrees.
/// </summary>
internal static class Places
{
    /// <summary>How far apart two middles must be to be apart; a share of the scene's side.</summary>
    public const double Apart = 0.07;

    private const double Level = 0.02;
    private const double Nearer = 0.75, Bigger = 1.35;

    /// <summary>
    /// Whether something is on a side of another: true where it is clearly so and more so than it is on any other side; false where it is at least a little on
    /// the other side; null between, so that nothing is said of what is level.
    /// </summary>
    public static bool? IsOn(SceneObject shown, Side side, SceneObject anchor)
    {
        double along = Along(shown, side) - Along(anchor, side), across = Math.Abs(Across(shown, side) - Across(anchor, side));
        return along >= Apart && along >= across ? true : along <= -Level ? false : null;
    }

    /// <summary>Objects from a side on, the outermost first; null where two are too close to tell.</summary>
    public static IReadOnlyList<SceneObject>? From(Side side, IEnumerable<SceneObject> objects)
    {
        SceneObject[] ordered = [.. objects.OrderByDescending(shown => Along(shown, side))];
        return ordered.Zip(ordered.Skip(1), (outer, inner) => Along(outer, side) - Along(inner, side)).All(gap => gap >= Apart) ? ordered : null;
    }

    /// <summary>The one of several objects that is nearest to another; null where it is not clear.</summary>
    public static SceneObject? Nearest(SceneObject anchor, IEnumerable<SceneObject> objects)
    {
        (double Distance, SceneObject Shown)[] ordered = [.. objects.Where(shown => shown != anchor).Select(shown => (Distance(shown, anchor), shown)).OrderBy(each => each.Item1)];
        return ordered.Length >= 2 && ordered[0].Distance <= Nearer * ordered[1].Distance ? ordered[0].Shown : null;
    }

    /// <summary>The largest or smallest of at least two objects by the areas of their boxes; null where it is not clear.</summary>
    public static SceneObject? Extreme(bool largest, IEnumerable<SceneObject> objects)
    {
        SceneObject[] ordered = [.. objects.OrderByDescending(shown => largest ? Area(shown) : -Area(shown))];
        return ordered.Length >= 2 && (largest ? IsLarger(ordered[0], ordered[1]) : IsLarger(ordered[1], ordered[0])) == true ? ordered[0] : null;
    }

    /// <summary>Whether one object is larger than another by the areas of their boxes; null where it is not clear.</summary>
    public static bool? IsLarger(SceneObject shown, SceneObject other) =>
        Area(shown) >= Bigger * Area(other) ? true : Area(other) >= Bigger * Area(shown) ? false : null;

    private static double Along(SceneObject shown, Side side) => side switch
    {
        Side.Left => -shown.Box.Middle.X,
        Side.Right => shown.Box.Middle.X,
        Side.Above => -shown.Box.Middle.Y,
        Side.Below => shown.Box.Middle.Y,
        _ => throw new ArgumentOutOfRangeException(nameof(side), side, "Unknown side."),
    };

    private static double Across(SceneObject shown, Side side) => side is Side.Left or Side.Right ? shown.Box.Middle.Y : shown.Box.Middle.X;

    private static double Distance(SceneObject shown, SceneObject other)
    {
        double x = shown.Box.Middle.X - other.Box.Middle.X, y = shown.Box.Middle.Y - other.Box.Middle.Y;
        return Math.Sqrt((x * x) + (y * y));
    }

    private static double Area(SceneObject shown) => shown.Box.Width * shown.Box.Height;
}
