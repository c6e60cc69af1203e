using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.World;

/// <summary>
/// Draws scenes. A scene has a theme, a few shapes and colours that come up together, so that things co-occur as they do in photographs; some kinds are
/// more common than others. Both make POPE's popular and adversarial questions harder than its random ones.
/// </summary>
internal static class SceneComposer
{
    /// <summary>The smallest side of a box; 10 pixels of 112.</summary>
    internal const double SmallestSide = 10.0 / 112;

    private const int Themes = 8, FavouriteShapes = 4, FavouriteHues = 4, Tries = 40;
    private const double Favoured = 0.6, Repeated = 0.3, Overlapping = 0.25, Margin = 0.02, Gap = 0.015;

    // How far each shape may be turned either way, in degrees: never so far that it could be another.
    private static readonly double[] Turns = [180, 20, 30, 36, 25, 180, 22, 180, 180, 14, 180, 90];

    private static readonly int[] CountWeights = [4, 7, 10, 11, 10, 8, 6, 4];
    private static readonly double[] Smallest = [0.066, 0.1, 0.148], Largest = [0.075, 0.112, 0.165];

    public static Scene Compose(long seed, WorldSplit split, double closeness)
    {
        var chance = SampleChance.Of(seed, 1);
        int theme = chance.Below(Themes), count = Weighted(chance, CountWeights) + 1;
        var objects = new List<SceneObject>(count);
        for (int i = 0; i < count; i++)
        {
            if (TryDraw(chance, theme, objects, split.HasHeldOutKinds, closeness) is { } drawn)
            {
                objects.Add(drawn);
            }
        }

        return new Scene(seed, objects, DrawSurroundings(SampleChance.Of(seed, 2)));
    }

    /// <summary>An object with a place where it hides little of the others; null when the table is too full. The first one always finds a place.</summary>
    private static SceneObject? TryDraw(SampleChance chance, int theme, List<SceneObject> others, bool heldOut, double closeness)
    {
        Appearance looks = DrawLooks(chance, theme, others, heldOut, closeness);
        SceneBox box = new SceneObject(looks, default).Box;
        bool overlaps = chance.Happens(Overlapping);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double x = chance.Between(Margin, 1 - Margin - box.Width) - box.X1, y = chance.Between(Margin, 1 - Margin - box.Height) - box.Y1;
            var placed = new SceneObject(looks, new(x, y));
            if (Visibility.AllStayVisible([.. others, placed], overlaps ? null : Gap))
            {
                return placed;
            }
        }

        return null;
    }

    private static Appearance DrawLooks(SampleChance chance, int theme, List<SceneObject> others, bool heldOut, double closeness)
    {
        Kind kind;
        do
        {
            Shape shape = others.Count > 0 && chance.Happens(Repeated) ? others[chance.Below(others.Count)].Shape
                : chance.Happens(Favoured) ? FavouriteShape(theme, chance.Below(FavouriteShapes))
                : (Shape)Weighted(chance, Popularity(Kind.Shapes));
            Hue hue = others.Count > 0 && chance.Happens(Repeated) ? others[chance.Below(others.Count)].Hue
                : chance.Happens(Favoured) ? FavouriteHue(theme, chance.Below(FavouriteHues))
                : (Hue)Weighted(chance, Popularity(Kind.Hues));
            kind = new Kind(hue, shape);
        }
        while (kind.IsHeldOut && !heldOut);

        var extent = (Extent)Weighted(chance, [4, 4, 3]);
        Pattern pattern = chance.Happens(0.46) ? Pattern.Solid : (Pattern)(1 + chance.Below(3));
        Appearance looks;
        SceneBox box;
        do
        {
            looks = new Appearance
            {
                Shape = kind.Shape,
                Hue = kind.Hue,
                Pattern = pattern,
                Extent = extent,
                Radius = closeness * chance.Between(Smallest[(int)extent], Largest[(int)extent]),
                Rotation = Math.Round(chance.Between(-Turns[(int)kind.Shape], Turns[(int)kind.Shape])),
                Brightness = chance.Between(0.92, 1.06),
            };
            box = new SceneObject(looks, default).Box;
        }
        while (Math.Min(box.Width, box.Height) < SmallestSide);

        return looks;
    }

    private static Surroundings DrawSurroundings(SampleChance chance) => new(
        (Ground)Weighted(chance, [3, 3, 2, 2, 2]),
        chance.Below(Scene.Tones),
        Math.Round(chance.Between(0, 180)),
        chance.Happens(0.6) ? chance.Between(0.05, 0.4) : 0,
        Math.Round(chance.Between(0, 360)),
        chance.Happens(0.7) ? chance.Between(1, 7) : 0);

    private static Shape FavouriteShape(int theme, int number) => (Shape)(((theme * 3) + (number * 5)) % Kind.Shapes);

    private static Hue FavouriteHue(int theme, int number) => (Hue)(((theme * 7) + (number * 3)) % Kind.Hues);

    private static int[] Popularity(int count) => [.. Enumerable.Range(0, count).Select(i => (3 * count) - (2 * i))];

    private static int Weighted(SampleChance chance, int[] weights)
    {
        int at = chance.Below(weights.Sum());
        int number = 0;
        for (; at >= weights[number]; number++)
        {
            at -= weights[number];
        }

        return number;
    }
}
