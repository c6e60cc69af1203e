namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>
/// A description that was read: looks, and what singles a thing out among those that look so. What is said of places is judged before what is said of the row or
/// of size: "the largest star left of the ring" is the largest of the stars that are left of it.
/// </summary>
public sealed class WorldDescription
{
    private readonly ObjectPhrase _looks;
    private readonly (PlaceRelation Relation, WorldDescription Anchor)? _place;
    private readonly (PlaceRelation From, int Number)? _rank;
    private readonly bool? _isLargest;

    private WorldDescription(ObjectPhrase looks, (PlaceRelation, WorldDescription)? place, (PlaceRelation, int)? rank, bool? isLargest) =>
        (_looks, _place, _rank, _isLargest) = (looks, place, rank, isLargest);

    /// <summary>Reads a description; null for anything that the world's grammar and words do not allow.</summary>
    /// <param name="text">The words, as "the small dotted red star" or "Second star from the left."</param>
    public static WorldDescription? Read(string text)
    {
        var words = WordReader.Of(text);
        return TryRead(words, withPlace: true) is { } read && words.AtEnd ? read : null;
    }

    /// <summary>The objects that it fits: exactly one where it singles one out. None where it is seen from a thing that it does not single out.</summary>
    /// <param name="truth">What the picture shows.</param>
    public IReadOnlyList<TruthObject> Resolve(WorldTruth truth)
    {
        IReadOnlyList<TruthObject> fitting = _looks.In(truth);
        if (_place is { } place)
        {
            fitting = place.Anchor.Resolve(truth) is [var anchor] ? PlaceRelations.Those(fitting, place.Relation, anchor) : [];
        }

        if (_rank is { } rank)
        {
            // All that share a place in the row share its number.
            return [.. fitting.Where(shown => Further(shown, strictly: true) < rank.Number && rank.Number <= Further(shown, strictly: false))];
        }

        if (_isLargest is { } isLargest && fitting.Count > 0)
        {
            double extreme = isLargest ? fitting.Max(shown => shown.Box.Area) : fitting.Min(shown => shown.Box.Area);
            return [.. fitting.Where(shown => shown.Box.Area == extreme)];
        }

        return fitting;

        int Further(TruthObject shown, bool strictly)
        {
            double own = PlaceRelations.Along(shown, _rank!.Value.From);
            return fitting.Count(other => PlaceRelations.Along(other, _rank.Value.From) is var its && (its > own || (!strictly && its == own)));
        }
    }

    /// <summary>Takes a description; null where none comes.</summary>
    /// <param name="words">The words.</param>
    /// <param name="withPlace">Whether what is said of its place belongs to it, rather than being asked about it.</param>
    internal static WorldDescription? TryRead(WordReader words, bool withPlace)
    {
        words.TryTakeArticle();
        int? number = null;
        (PlaceRelation, int)? rank = TryReadOutermost(words);
        bool? isLargest = rank is null ? TryReadExtreme(words) : null;
        if (rank is null && isLargest is null && words.Next is { } next && Vocabulary.OrdinalOf(next) is { } ordinal)
        {
            number = ordinal;
            words.Take();
        }

        if (ObjectPhrase.TryRead(words) is not { } looks)
        {
            return null;
        }

        if (number is { } inRow)
        {
            if (!words.TryTake("from the") || TryReadEnd(words) is not { } end)
            {
                return null;
            }

            rank = (end, inRow);
        }
        else if (rank is null && isLargest is null && words.TryTakeAny("furthest to the", "farthest to the"))
        {
            rank = TryReadEnd(words) is { } end and (PlaceRelation.LeftOf or PlaceRelation.RightOf) ? (end, 1) : null;
            if (rank is null)
            {
                return null;
            }
        }

        if (!withPlace || PlaceRelations.TryRead(words) is not { } relation)
        {
            return new WorldDescription(looks, null, rank, isLargest);
        }

        return TryRead(words, withPlace: true) is { } anchor ? new WorldDescription(looks, (relation, anchor), rank, isLargest) : null;
    }

    private static (PlaceRelation, int)? TryReadOutermost(WordReader words) =>
        words.TryTake("leftmost") ? (PlaceRelation.LeftOf, 1)
        : words.TryTake("rightmost") ? (PlaceRelation.RightOf, 1)
        : words.TryTakeAny("topmost", "highest") ? (PlaceRelation.Above, 1)
        : words.TryTakeAny("bottommost", "lowest") ? (PlaceRelation.Below, 1)
        : null;

    private static bool? TryReadExtreme(WordReader words) => words.TryTakeAny("largest", "biggest") ? true : words.TryTakeAny("smallest", "tiniest") ? false : null;

    private static PlaceRelation? TryReadEnd(WordReader words) =>
        words.TryTake("left") ? PlaceRelation.LeftOf
        : words.TryTake("right") ? PlaceRelation.RightOf
        : words.TryTake("top") ? PlaceRelation.Above
        : words.TryTake("bottom") ? PlaceRelation.Below
        : null;
}
