using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.World;

/// <summary>What a thing looks like, wherever it lies.</summary>
public sealed record Appearance
{
    /// <summary>Its shape.</summary>
    public required Shape Shape { get; init; }

    /// <summary>Its colour.</summary>
    public required Hue Hue { get; init; }

    /// <summary>How it is filled.</summary>
    public required Pattern Pattern { get; init; }

    /// <summary>How large it is.</summary>
    public required Extent Extent { get; init; }

    /// <summary>What the outline's unit is, as a share of the scene's side; a disc's radius.</summary>
    public required double Radius { get; init; }

    /// <summary>How far it is turned, in degrees clockwise.</summary>
    public required double Rotation { get; init; }

    /// <summary>How bright its colour is; 1 is the colour as it is named.</summary>
    public required double Brightness { get; init; }
}

/// <summary>A thing on the table.</summary>
public sealed class SceneObject
{
    /// <summary>Puts a thing on the table.</summary>
    /// <param name="looks">What it looks like.</param>
    /// <param name="centre">The point that its outline is turned about.</param>
    public SceneObject(Appearance looks, ScenePoint centre)
    {
        ArgumentNullException.ThrowIfNull(looks);
        (Looks, Centre) = (looks, centre);
        (double sine, double cosine) = Angle.Of(looks.Rotation);
        Outline = [.. World.Outline.Of(looks.Shape).Select(polygon => polygon.Select(Place).ToArray())];
        ScenePoint[] points = [.. Outline.SelectMany(polygon => polygon)];
        Box = new(points.Min(p => p.X), points.Min(p => p.Y), points.Max(p => p.X), points.Max(p => p.Y));

        ScenePoint Place(ScenePoint p) =>
            new(centre.X + (looks.Radius * ((p.X * cosine) - (p.Y * sine))), centre.Y + (looks.Radius * ((p.X * sine) + (p.Y * cosine))));
    }

    /// <summary>What it looks like.</summary>
    public Appearance Looks { get; }

    /// <summary>The point that its outline is turned about.</summary>
    public ScenePoint Centre { get; }

    /// <summary>Its outline in the scene: polygons, of which an odd number is about every point on it.</summary>
    public IReadOnlyList<IReadOnlyList<ScenePoint>> Outline { get; }

    /// <summary>Its outline's box, exact to the corner; what lies above it does not matter.</summary>
    public SceneBox Box { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape => Looks.Shape;

    /// <summary>Its colour.</summary>
    public Hue Hue => Looks.Hue;

    /// <summary>How it is filled.</summary>
    public Pattern Pattern => Looks.Pattern;

    /// <summary>How large it is.</summary>
    public Extent Extent => Looks.Extent;

    /// <summary>Its colour and shape.</summary>
    public Kind Kind => new(Hue, Shape);

    /// <summary>Its box in a picture.</summary>
    /// <param name="side">The picture's side in pixels.</param>
    public PixelBox PixelBox(int side) => new(Box.X1 * side, Box.Y1 * side, Box.X2 * side, Box.Y2 * side);

    /// <summary>Whether a point of the scene lies on it.</summary>
    public bool Covers(ScenePoint point) =>
        point.X >= Box.X1 && point.X <= Box.X2 && point.Y >= Box.Y1 && point.Y <= Box.Y2 && World.Outline.Contains(Outline, point);
}
