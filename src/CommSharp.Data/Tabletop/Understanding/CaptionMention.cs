namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>Objects that a caption mentions: "two red stars", "a small red star".</summary>
/// <param name="Count">How many.</param>
/// <param name="Looks">What they look like; null where words are not the world's, so that no object is meant.</param>
public sealed record CaptionMention(int Count, ObjectPhrase? Looks)
{
    /// <summary>
    /// Whether an object may be what is mentioned. A mention must name a shape: "a thing" and "a red thing" would nearly always be true, and say nothing.
    /// </summary>
    public bool Fits(TruthObject shown) => Looks is { Shape: not null } looks && looks.Fits(shown);

    /// <summary>Takes a mention: a number or an article and a noun with its adjectives; null where none comes.</summary>
    internal static CaptionMention? TryRead(WordReader words)
    {
        int? number = words.TryTakeArticle() ? 1 : words.Next is { } word ? Vocabulary.NumberOf(word) : null;
        if (number is not { } count)
        {
            return null;
        }

        if (words.Next is { } first && Vocabulary.NumberOf(first) is { } said)
        {
            count = said; // "two stars", and "the two stars"
            words.Take();
        }

        int start = words.Position;
        ObjectPhrase? looks = ObjectPhrase.TryRead(words, plural: count > 1) ?? ObjectPhrase.TryRead(words, plural: count == 1);
        if (looks is not null && IsEnd(words))
        {
            return new CaptionMention(count, looks);
        }

        words.Position = start;
        while (!IsEnd(words))
        {
            words.Take();
        }

        return words.Position > start ? new CaptionMention(count, null) : null;
    }

    /// <summary>Whether a mention ends here.</summary>
    private static bool IsEnd(WordReader words)
    {
        int start = words.Position;
        bool isEnd = words.AtEnd || words.Next is "," or "and" or "is" or "are" or "on" || PlaceRelations.TryRead(words) is not null;
        words.Position = start;
        return isEnd;
    }
}
