namespace CommSharp.Data.Tabletop.World;

/// <summary>How much of an object is seen when others lie above it. Looked at on a grid over its box, so that it is the same everywhere.</summary>
public static class Visibility
{
    private const int Grid = 20;
    private const double LeastVisible = 0.8, MostCutOff = 0.075;

    /// <summary>Whether every object is seen nearly whole: at least four fifths of it, and nearly out to every side of its box.</summary>
    /// <param name="objects">The objects; later ones lie above earlier ones. All but the last are taken to have been checked among themselves.</param>
    /// <param name="gap">How far apart the last one's box must be from the others'; null where boxes may meet.</param>
    internal static bool AllStayVisible(IReadOnlyList<SceneObject> objects, double? gap)
    {
        SceneBox last = objects[^1].Box;
        double around = gap ?? 0;
        var grown = new SceneBox(last.X1 - around, last.Y1 - around, last.X2 + around, last.Y2 + around);
        int[] met = [.. Enumerable.Range(0, objects.Count - 1).Where(i => objects[i].Box.Meets(grown))];
        return met.Length == 0 || (gap is null && met.All(i => IsNearlyWhole(objects, i)));
    }

    /// <summary>The share of an object that is seen, 0 to 1.</summary>
    /// <param name="objects">The objects; later ones lie above earlier ones.</param>
    /// <param name="number">Which.</param>
    public static double ShareSeen(IReadOnlyList<SceneObject> objects, int number)
    {
        (Sighting whole, Sighting seen) = Look(objects, number);
        return (double)seen.Points / whole.Points;
    }

    /// <summary>A point on an object on which nothing else lies: the one of many that is farthest from its box's edges, for rings do not have their middle.</summary>
    /// <param name="objects">The objects; later ones lie above earlier ones.</param>
    /// <param name="number">Which.</param>
    public static ScenePoint PointOn(IReadOnlyList<SceneObject> objects, int number)
    {
        SceneBox box = objects[number].Box;
        return SeenPoints(objects, number).MaxBy(point =>
            Math.Min(Math.Min(point.X - box.X1, box.X2 - point.X), Math.Min(point.Y - box.Y1, box.Y2 - point.Y)));
    }

    private static bool IsNearlyWhole(IReadOnlyList<SceneObject> objects, int number)
    {
        (Sighting whole, Sighting seen) = Look(objects, number);
        double x = whole.Width * MostCutOff, y = whole.Height * MostCutOff;
        return seen.Points >= whole.Points * LeastVisible
            && seen.Left <= whole.Left + x && seen.Top <= whole.Top + y && seen.Right >= whole.Right - x && seen.Bottom >= whole.Bottom - y;
    }

    private static (Sighting Whole, Sighting Seen) Look(IReadOnlyList<SceneObject> objects, int number) =>
        (Sighting.Of(PointsOn(objects[number])), Sighting.Of(SeenPoints(objects, number)));

    /// <summary>The points of a grid over an object's box that lie on it.</summary>
    private static IEnumerable<ScenePoint> PointsOn(SceneObject shown)
    {
        SceneBox box = shown.Box;
        return Enumerable.Range(0, Grid * Grid)
            .Select(i => new ScenePoint(box.X1 + (box.Width * ((i % Grid) + 0.5) / Grid), box.Y1 + (box.Height * ((i / Grid) + 0.5) / Grid)))
            .Where(point => shown.Covers(point));
    }

    /// <summary>Those of them on which nothing else lies.</summary>
    private static IEnumerable<ScenePoint> SeenPoints(IReadOnlyList<SceneObject> objects, int number)
    {
        SceneBox box = objects[number].Box;
        SceneObject[] above = [.. objects.Skip(number + 1).Where(other => other.Box.Meets(box))];
        return PointsOn(objects[number]).Where(point => !above.Any(other => other.Covers(point)));
    }

    /// <summary>Points that were seen, and how far they reach.</summary>
    private readonly record struct Sighting(int Points, double Left, double Top, double Right, double Bottom)
    {
        public double Width => Right - Left;

        public double Height => Bottom - Top;

        public static Sighting Of(IEnumerable<ScenePoint> points) => points.Aggregate(
            new Sighting(0, double.MaxValue, double.MaxValue, double.MinValue, double.MinValue),
            (sofar, point) => new Sighting(
                sofar.Points + 1, Math.Min(sofar.Left, point.X), Math.Min(sofar.Top, point.Y), Math.Max(sofar.Right, point.X), Math.Max(sofar.Bottom, point.Y)));
    }
}
