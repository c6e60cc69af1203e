namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>Where one thing is as seen from another.</summary>
public enum PlaceRelation
{
    /// <summary>Left of it: its middle is further left.</summary>
    LeftOf,

    /// <summary>Right of it: its middle is further right.</summary>
    RightOf,

    /// <summary>Above it: its middle is higher in the picture.</summary>
    Above,

    /// <summary>Below it: its middle is lower in the picture.</summary>
    Below,

    /// <summary>Nearest to it: no other middle is nearer to its middle.</summary>
    NearestTo,
}

/// <summary>
/// Places by the middles of boxes and nothing else: "left of" is true when the middle is further left, however little, and wherever the two are otherwise.
/// There is no margin, so that whatever is said must hold even for the most literal reader.
/// </summary>
internal static class PlaceRelations
{
    private static readonly (string Words, PlaceRelation Relation)[] Wordings =
    [
        ("left of", PlaceRelation.LeftOf), ("to the left of", PlaceRelation.LeftOf), ("on the left of", PlaceRelation.LeftOf),
        ("right of", PlaceRelation.RightOf), ("to the right of", PlaceRelation.RightOf), ("on the right of", PlaceRelation.RightOf),
        ("above", PlaceRelation.Above), ("higher than", PlaceRelation.Above), ("below", PlaceRelation.Below), ("lower than", PlaceRelation.Below),
        ("nearest to", PlaceRelation.NearestTo), ("closest to", PlaceRelation.NearestTo), ("next to", PlaceRelation.NearestTo),
    ];

    /// <summary>Takes the words of a relation if they come next.</summary>
    public static PlaceRelation? TryRead(WordReader words)
    {
        foreach ((string wording, PlaceRelation relation) in Wordings)
        {
            if (words.TryTake(wording))
            {
                return relation;
            }
        }

        return null;
    }

    /// <summary>How far out an object is on a side, in pixels; more is further.</summary>
    public static double Along(TruthObject shown, PlaceRelation side) => side switch
    {
        PlaceRelation.LeftOf => -shown.Middle.X,
        PlaceRelation.RightOf => shown.Middle.X,
        PlaceRelation.Above => -shown.Middle.Y,
        PlaceRelation.Below => shown.Middle.Y,
        _ => throw new ArgumentOutOfRangeException(nameof(side), side, "Is no side."),
    };

    /// <summary>Those of several objects that are where a relation says.</summary>
    /// <param name="objects">The objects; the one that they are seen from is left out.</param>
    /// <param name="relation">The relation.</param>
    /// <param name="anchor">What they are seen from.</param>
    public static IReadOnlyList<TruthObject> Those(IEnumerable<TruthObject> objects, PlaceRelation relation, TruthObject anchor)
    {
        TruthObject[] others = [.. objects.Where(shown => !ReferenceEquals(shown, anchor))];
        if (relation != PlaceRelation.NearestTo)
        {
            return [.. others.Where(shown => Along(shown, relation) > Along(anchor, relation))];
        }

        double least = others.Select(shown => shown.DistanceTo(anchor)).DefaultIfEmpty().Min();
        return [.. others.Where(shown => shown.DistanceTo(anchor) == least)];
    }
}
