using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>The words of the world. The first of several is the usual one, in which answers are given; questions and descriptions use all of them.</summary>
public static class Words
{
    private static readonly string[] SmallNumbers = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];
    private static readonly string[] Ordinals = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

    /// <summary>The nouns of a shape.</summary>
    public static IReadOnlyList<string> Of(Shape shape) => shape switch
    {
        Shape.Circle => ["circle", "disc"],
        Shape.Moon => ["moon", "crescent"],
        Shape.Diamond => ["diamond", "rhombus"],
        Shape.Bar => ["bar", "rectangle"],
        _ => [Enum.GetName(shape)!.ToLowerInvariant()],
    };

    /// <summary>The adjectives of a colour.</summary>
    public static IReadOnlyList<string> Of(Hue hue) => hue switch
    {
        Hue.Purple => ["purple", "violet"],
        _ => [Enum.GetName(hue)!.ToLowerInvariant()],
    };

    /// <summary>The adjectives of a pattern.</summary>
    public static IReadOnlyList<string> Of(Pattern pattern) => pattern switch
    {
        Pattern.Solid => ["solid", "plain"],
        Pattern.Striped => ["striped"],
        Pattern.Dotted => ["dotted", "spotted"],
        Pattern.Checked => ["checked", "chequered"],
        _ => throw new ArgumentOutOfRangeException(nameof(pattern), pattern, "Unknown pattern."),
    };

    /// <summary>The adjectives of a size.</summary>
    public static IReadOnlyList<string> Of(Extent extent) => extent switch
    {
        Extent.Small => ["small", "little"],
        Extent.Medium => ["medium", "medium-sized"],
        Extent.Large => ["large", "big"],
        _ => throw new ArgumentOutOfRangeException(nameof(extent), extent, "Unknown size."),
    };

    /// <summary>How the ground is spoken of, behind "on".</summary>
    public static IReadOnlyList<string> Of(Ground ground) => ground switch
    {
        Ground.Plain => ["a plain surface", "a plain background"],
        Ground.Shaded => ["a smooth surface", "a shaded background"],
        Ground.Wood => ["a wooden table", "wooden boards"],
        Ground.Tiles => ["a tiled surface", "tiles"],
        Ground.Cloth => ["a cloth", "a woven cloth"],
        _ => throw new ArgumentOutOfRangeException(nameof(ground), ground, "Unknown ground."),
    };

    /// <summary>What anything may be called.</summary>
    public static IReadOnlyList<string> Anything { get; } = ["object", "thing", "shape"];

    /// <summary>A number up to eight as a word; 0 is "no".</summary>
    public static string Number(int number) => SmallNumbers[number];

    /// <summary>"first" to "eighth".</summary>
    public static string Ordinal(int number) => Ordinals[number];

    /// <summary>The plural of a noun of the world.</summary>
    public static string Plural(string noun) => noun.EndsWith('s') ? noun + "es" : noun + "s";

    /// <summary>"a" or "an", by the next word's first letter.</summary>
    public static string WithArticle(string words) => ("aeiou".Contains(words[0], StringComparison.Ordinal) ? "an " : "a ") + words;
}
