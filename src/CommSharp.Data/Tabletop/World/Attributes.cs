namespace CommSharp.Data.Tabletop.World;

/// <summary>The shapes of the world. The numbers decide scenes: they never change.</summary>
public enum Shape
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>A square, turned a little at most.</summary>
    Square,

    /// <summary>A triangle with equal sides.</summary>
    Triangle,

    /// <summary>A star with five points.</summary>
    Star,

    /// <summary>A heart.</summary>
    Heart,

    /// <summary>A ring, through whose hole the background is seen.</summary>
    Ring,

    /// <summary>A cross with equal arms.</summary>
    Cross,

    /// <summary>A crescent.</summary>
    Moon,

    /// <summary>An arrow, which may point anywhere.</summary>
    Arrow,

    /// <summary>A tall rhombus, never turned so far that it could be a square.</summary>
    Diamond,

    /// <summary>A drop of water.</summary>
    Drop,

    /// <summary>A rectangle about twice as long as it is wide.</summary>
    Bar,
}

/// <summary>The colours of the world. The numbers decide scenes: they never change.</summary>
public enum Hue
{
    /// <summary>Red.</summary>
    Red,

    /// <summary>Orange.</summary>
    Orange,

    /// <summary>Yellow.</summary>
    Yellow,

    /// <summary>Green.</summary>
    Green,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Purple.</summary>
    Purple,

    /// <summary>Pink.</summary>
    Pink,

    /// <summary>Brown.</summary>
    Brown,

    /// <summary>White.</summary>
    White,

    /// <summary>Black.</summary>
    Black,
}

/// <summary>How a shape is filled: with its colour alone, or with its colour and a lighter or darker tone of it.</summary>
public enum Pattern
{
    /// <summary>One tone.</summary>
    Solid,

    /// <summary>Stripes of two tones.</summary>
    Striped,

    /// <summary>Dots of the second tone.</summary>
    Dotted,

    /// <summary>Squares of two tones by turns.</summary>
    Checked,
}

/// <summary>How large an object is; the three never overlap.</summary>
public enum Extent
{
    /// <summary>About 15 pixels of 112.</summary>
    Small,

    /// <summary>About 24 pixels of 112.</summary>
    Medium,

    /// <summary>About 35 pixels of 112.</summary>
    Large,
}

/// <summary>What lies behind the objects.</summary>
public enum Ground
{
    /// <summary>One tone.</summary>
    Plain,

    /// <summary>A slow change from one tone to another.</summary>
    Shaded,

    /// <summary>Boards of wood.</summary>
    Wood,

    /// <summary>Square tiles.</summary>
    Tiles,

    /// <summary>Cloth of crossing threads.</summary>
    Cloth,
}

/// <summary>A kind of thing: what POPE asks for, and what may be held out of training.</summary>
/// <param name="Hue">The colour.</param>
/// <param name="Shape">The shape.</param>
public readonly record struct Kind(Hue Hue, Shape Shape)
{
    /// <summary>The number of shapes.</summary>
    public const int Shapes = 12;

    /// <summary>The number of colours.</summary>
    public const int Hues = 10;

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<Kind> All { get; } =
        [.. from shape in Enum.GetValues<Shape>() from hue in Enum.GetValues<Hue>() select new Kind(hue, shape)];

    /// <summary>
    /// Whether the kind is kept out of training and validation, in pictures and in words, so that a test tells whether colour and shape were learned apart:
    /// one colour of each shape, every colour once or twice.
    /// </summary>
    public bool IsHeldOut => (int)Hue == (((int)Shape * 7) + 3) % Hues;
}
