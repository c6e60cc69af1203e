namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>What a noun and its adjectives say of a thing's looks: "small dotted red star", "striped thing".</summary>
/// <param name="Size">Its size; null where it is not said.</param>
/// <param name="Pattern">Its pattern; null where it is not said.</param>
/// <param name="Colour">Its colour; null where it is not said.</param>
/// <param name="Shape">Its shape; null for anything.</param>
public sealed record ObjectPhrase(string? Size, string? Pattern, string? Colour, string? Shape)
{
    /// <summary>Whether an object looks so.</summary>
    public bool Fits(TruthObject shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return (Size is null || Size == shown.Size) && (Pattern is null || Pattern == shown.Pattern)
            && (Colour is null || Colour == shown.Colour) && (Shape is null || Shape == shown.Shape);
    }

    /// <summary>The objects of a picture that look so.</summary>
    public IReadOnlyList<TruthObject> In(WorldTruth truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return [.. truth.Objects.Where(Fits)];
    }

    /// <summary>
    /// Reads adjectives in any order, no two of one sort, and the noun behind them; null, with nothing taken, where an unknown word or none comes before a noun.
    /// </summary>
    internal static ObjectPhrase? TryRead(WordReader words, bool plural = false)
    {
        int start = words.Position;
        var said = new ObjectPhrase(null, null, null, null);
        while (words.Next is { } word)
        {
            words.Take();
            if (Vocabulary.IsAnything(word, plural))
            {
                return said;
            }

            if (Vocabulary.ShapeOf(word, plural) is { } shape)
            {
                return said with { Shape = shape };
            }

            if (said.With(word) is not { } more)
            {
                break;
            }

            said = more;
        }

        words.Position = start;
        return null;
    }

    /// <summary>With one more adjective; null where it is none, or something of its sort has been said.</summary>
    private ObjectPhrase? With(string adjective) => this switch
    {
        { Size: null } when Vocabulary.SizeOf(adjective) is { } size => this with { Size = size },
        { Pattern: null } when Vocabulary.PatternOf(adjective) is { } pattern => this with { Pattern = pattern },
        { Colour: null } when Vocabulary.ColourOf(adjective) is { } colour => this with { Colour = colour },
        _ => null,
    };
}
