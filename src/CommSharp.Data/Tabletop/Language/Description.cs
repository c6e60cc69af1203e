using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>What an object looks like, as far as it is said: "small red star", "striped object".</summary>
/// <param name="Extent">Its size; null where it is not said.</param>
/// <param name="Pattern">Its pattern; null where it is not said.</param>
/// <param name="Hue">Its colour; null where it is not said.</param>
/// <param name="Shape">Its shape; null for any object.</param>
public readonly record struct Description(Extent? Extent = null, Pattern? Pattern = null, Hue? Hue = null, Shape? Shape = null)
{
    private const double Synonyms = 0.15;

    /// <summary>How much is said, 0 to 4.</summary>
    public int Said => (Extent is null ? 0 : 1) + (Pattern is null ? 0 : 1) + (Hue is null ? 0 : 1) + (Shape is null ? 0 : 1);

    /// <summary>Whether it speaks of a kind that is held out of training.</summary>
    public bool IsHeldOut => Hue is { } hue && Shape is { } shape && new Kind(hue, shape).IsHeldOut;

    /// <summary>All that can be said of an object's looks, from nothing to everything.</summary>
    public static IReadOnlyList<Description> AllOf(SceneObject shown) =>
    [
        .. Enumerable.Range(0, 16).Select(parts => new Description(
            (parts & 1) != 0 ? shown.Extent : null,
            (parts & 2) != 0 ? shown.Pattern : null,
            (parts & 4) != 0 ? shown.Hue : null,
            (parts & 8) != 0 ? shown.Shape : null)),
    ];

    /// <summary>Whether an object looks so.</summary>
    public bool Fits(SceneObject shown) =>
        (Extent is null || Extent == shown.Extent) && (Pattern is null || Pattern == shown.Pattern) && (Hue is null || Hue == shown.Hue) && (Shape is null || Shape == shown.Shape);

    /// <summary>The objects of a scene that look so.</summary>
    public IReadOnlyList<SceneObject> In(Scene scene) => [.. scene.Objects.Where(Fits)];

    /// <summary>The words, without an article: "small striped red star".</summary>
    /// <param name="chance">What synonyms are left to.</param>
    /// <param name="plural">Whether several are meant.</param>
    public string Write(SampleChance chance, bool plural = false)
    {
        string noun = Choose(Shape is { } shape ? Words.Of(shape) : Words.Anything, chance, Shape is null ? 0.5 : Synonyms);
        string?[] words =
        [
            Extent is { } extent ? Choose(Words.Of(extent), chance, Synonyms) : null,
            Pattern is { } pattern ? Choose(Words.Of(pattern), chance, Synonyms) : null,
            Hue is { } hue ? Choose(Words.Of(hue), chance, Synonyms) : null,
            plural ? Words.Plural(noun) : noun,
        ];
        return string.Join(' ', words.OfType<string>());
    }

    private static string Choose(IReadOnlyList<string> words, SampleChance chance, double otherwise) =>
        words.Count > 1 && chance.Happens(otherwise) ? words[1 + chance.Below(words.Count - 1)] : words[0];
}
