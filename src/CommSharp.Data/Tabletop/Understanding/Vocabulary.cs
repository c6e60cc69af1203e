using System.Collections.Frozen;

namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>
/// The words of the world, written down a second time: what draws scenes and writes about them has its own, and a mistake in one shows against the other.
/// Every word leads to the name that the truth uses; a word that is not here is no word of the world.
/// </summary>
internal static class Vocabulary
{
    private static readonly FrozenDictionary<string, string> Shapes = Names(
        "circle disc", "square", "triangle", "star", "heart", "ring", "cross", "moon crescent", "arrow", "diamond rhombus", "drop", "bar rectangle");

    private static readonly FrozenDictionary<string, string> ShapePlurals = Names(
        "circle circles discs", "square squares", "triangle triangles", "star stars", "heart hearts", "ring rings", "cross crosses", "moon moons crescents",
        "arrow arrows", "diamond diamonds rhombuses", "drop drops", "bar bars rectangles");

    private static readonly FrozenDictionary<string, string> Colours = Names(
        "red", "orange", "yellow", "green", "blue", "purple violet", "pink", "brown", "white", "black");

    private static readonly FrozenDictionary<string, string> Patterns = Names("solid plain", "striped", "dotted spotted", "checked chequered");

    private static readonly FrozenDictionary<string, string> Sizes = Names("small little", "medium medium-sized", "large big");

    private static readonly FrozenDictionary<string, string> Anything = Names("object", "thing", "shape");

    private static readonly FrozenDictionary<string, string> AnythingPlurals = Names("object objects", "thing things", "shape shapes");

    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private static readonly string[] Ordinals = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

    private static readonly FrozenSet<string> GroundNames = new[] { "plain", "shaded", "wood", "tiles", "cloth" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>How grounds are spoken of behind "on", and their names.</summary>
    public static IReadOnlyList<(string Words, string Ground)> Grounds { get; } =
    [
        ("a plain surface", "plain"), ("a plain background", "plain"), ("a smooth surface", "shaded"), ("a shaded background", "shaded"), ("a wooden table", "wood"),
        ("wooden boards", "wood"), ("a tiled surface", "tiles"), ("tiles", "tiles"), ("a cloth", "cloth"), ("a woven cloth", "cloth"),
    ];

    /// <summary>Whether a ground is called so in the truth.</summary>
    public static bool IsGround(string word) => GroundNames.Contains(word);

    /// <summary>The shape that a noun names; null for any other word.</summary>
    public static string? ShapeOf(string noun, bool plural = false) => (plural ? ShapePlurals : Shapes).GetValueOrDefault(noun);

    /// <summary>Whether a noun may stand for every shape.</summary>
    public static bool IsAnything(string noun, bool plural = false) => (plural ? AnythingPlurals : Anything).ContainsKey(noun);

    /// <summary>The colour that an adjective names; null for any other word.</summary>
    public static string? ColourOf(string adjective) => Colours.GetValueOrDefault(adjective);

    /// <summary>The pattern that an adjective names; null for any other word.</summary>
    public static string? PatternOf(string adjective) => Patterns.GetValueOrDefault(adjective);

    /// <summary>The size that an adjective names; null for any other word.</summary>
    public static string? SizeOf(string adjective) => Sizes.GetValueOrDefault(adjective);

    /// <summary>The number that a word or one or two digits stand for, at least 1; null for any other word.</summary>
    public static int? NumberOf(string word)
    {
        int number = word.Length is 1 or 2 && word.All(char.IsAsciiDigit) ? int.Parse(word, System.Globalization.CultureInfo.InvariantCulture) : Array.IndexOf(Numbers, word);
        return number >= 1 ? number : null;
    }

    /// <summary>The place in a row that a word names, from 1; null for any other word.</summary>
    public static int? OrdinalOf(string word) => Array.IndexOf(Ordinals, word) is >= 1 and var number ? number : null;

    /// <summary>Every word with the first of its group.</summary>
    private static FrozenDictionary<string, string> Names(params ReadOnlySpan<string> groups)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string group in groups)
        {
            string[] words = group.Split(' ');
            foreach (string word in words)
            {
                names.Add(word, words[0]);
            }
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
