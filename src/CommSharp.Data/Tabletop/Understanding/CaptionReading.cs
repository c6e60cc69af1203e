namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>What a caption says of how two things lie.</summary>
/// <param name="First">The one.</param>
/// <param name="Relation">Where it is.</param>
/// <param name="Second">The other, from which it is seen.</param>
public sealed record CaptionRelation(CaptionMention First, PlaceRelation Relation, CaptionMention Second);

/// <summary>How much of what a caption says is true of a picture.</summary>
/// <param name="Mentioned">How many objects it mentions.</param>
/// <param name="Existing">How many of them exist: as many as different objects of the picture can be found for.</param>
/// <param name="Unknown">How many are spoken of in words that are not the world's; they exist in no picture.</param>
/// <param name="Relations">How often it says how two things lie.</param>
/// <param name="RelationsThatHold">How often two different objects lie so.</param>
/// <param name="IsGroundRight">Whether the ground is the one that it tells of; null where it tells of none.</param>
public readonly record struct CaptionFacts(int Mentioned, int Existing, int Unknown, int Relations, int RelationsThatHold, bool? IsGroundRight);

/// <summary>
/// A caption that was read: "There is a red star, two blue rings and a small dotted heart on a wooden table.", "A red star is left of a blue ring."
/// </summary>
/// <param name="Mentions">The objects, in the order of the words.</param>
/// <param name="Relations">How they lie, where it says so.</param>
/// <param name="Ground">The ground's name in the truth; null where it tells of none.</param>
public sealed record CaptionReading(IReadOnlyList<CaptionMention> Mentions, IReadOnlyList<CaptionRelation> Relations, string? Ground)
{
    /// <summary>Reads a caption; null where it is no list of mentions. Nouns that are not the world's are read, as mentions of nothing.</summary>
    /// <param name="caption">The caption.</param>
    public static CaptionReading? Read(string caption)
    {
        var words = WordReader.Of(caption);
        words.TryTakeAny(
            "there is", "there are", "a picture of", "an image of", "the picture shows", "the image shows", "this picture shows", "this image shows");
        var mentions = new List<CaptionMention>();
        var relations = new List<CaptionRelation>();
        do
        {
            if (CaptionMention.TryRead(words) is not { } mention)
            {
                return null;
            }

            mentions.Add(mention);
            bool isSentence = words.TryTakeAny("is", "are");
            if (PlaceRelations.TryRead(words) is { } relation)
            {
                if (CaptionMention.TryRead(words) is not { } other)
                {
                    return null;
                }

                mentions.Add(other);
                relations.Add(new CaptionRelation(mention, relation, other));
            }
            else if (isSentence)
            {
                return null;
            }
        }
        while (words.TryTakeAny(", and", ",", "and"));

        return TryReadRest(words, mentions, out string? ground) ? new CaptionReading(mentions, relations, ground) : null;
    }

    /// <summary>Compares the caption with the truth.</summary>
    /// <param name="truth">What the picture shows.</param>
    public CaptionFacts Against(WorldTruth truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        return new CaptionFacts(
            Mentions.Sum(mention => mention.Count),
            MentionMatching.Count(Mentions, truth.Objects),
            Mentions.Where(mention => mention.Looks is null).Sum(mention => mention.Count),
            Relations.Count,
            Relations.Count(relation => Holds(relation, truth)),
            Ground is null ? null : Ground == truth.Ground);
    }

    private static bool Holds(CaptionRelation relation, WorldTruth truth) => truth.Objects.Where(relation.Second.Fits).Any(anchor =>
        PlaceRelations.Those(relation.Relation == PlaceRelation.NearestTo ? truth.Objects : truth.Objects.Where(relation.First.Fits), relation.Relation, anchor)
            .Any(relation.First.Fits));

    /// <summary>Takes what things lie on to the end: a ground of the world, or one more mention.</summary>
    private static bool TryReadRest(WordReader words, List<CaptionMention> mentions, out string? ground)
    {
        ground = null;
        if (!words.TryTake("on"))
        {
            return words.AtEnd;
        }

        int start = words.Position;
        foreach ((string wording, string name) in Vocabulary.Grounds)
        {
            words.Position = start;
            if (words.TryTake(wording) && words.AtEnd)
            {
                ground = name;
                return true;
            }
        }

        words.Position = start;
        if (CaptionMention.TryRead(words) is not { } thing)
        {
            return false;
        }

        mentions.Add(thing);
        return words.AtEnd;
    }
}
