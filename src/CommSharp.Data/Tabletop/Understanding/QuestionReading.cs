using System.Globalization;

namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>
/// Answers the world's questions from the truth alone. Null where a question cannot be read, or speaks of "the red star" where there is none or there are several.
/// </summary>
public static class QuestionReading
{
    /// <summary>Answers a question about a picture.</summary>
    /// <param name="question">The question, as "How many red stars are there?"</param>
    /// <param name="truth">What the picture shows.</param>
    public static string? Answer(string question, WorldTruth truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        Func<WordReader, WorldTruth, string?>[] ways = [Count, Colour, Shape, Pattern, Existence, More, Larger, Relation];
        return ways.Select(way => way(WordReader.Of(question), truth)).FirstOrDefault(answer => answer is not null);
    }

    /// <summary>Answers a question about the object at a place.</summary>
    /// <param name="question">The question, as "What colour is this?"</param>
    /// <param name="shown">The object.</param>
    public static string? AnswerAt(string question, TruthObject shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var words = WordReader.Of(question);
        string? answer = words.TryTakeAny("what colour is this", "what color is this", "which colour does this have") ? shown.Colour
            : words.TryTakeAny("what shape is this", "which shape is this") ? shown.Shape
            : words.TryTakeAny("what pattern does this have", "which pattern is this") ? shown.Pattern
            : words.TryTakeAny("what is this", "what object is this") ? $"{(shown.Colour[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {shown.Kind}"
            : null;
        return words.AtEnd ? answer : null;
    }

    private static string? Count(WordReader words, WorldTruth truth)
    {
        bool isNumberOf = words.TryTake("what is the number of");
        return (isNumberOf || words.TryTake("how many")) && ObjectPhrase.TryRead(words, plural: true) is { } things
            && (isNumberOf || words.TryTakeAny("are there", "can you see", "are in the picture")) && words.AtEnd
            ? things.In(truth).Count.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static string? Colour(WordReader words, WorldTruth truth) => Attribute(
        words,
        truth,
        [("what colour is", ""), ("what color is", ""), ("which colour does", "have"), ("what is the colour of", "")],
        shown => shown.Colour);

    private static string? Shape(WordReader words, WorldTruth truth) =>
        Attribute(words, truth, [("what shape is", ""), ("which shape does", "have"), ("what is the shape of", "")], shown => shown.Shape);

    private static string? Pattern(WordReader words, WorldTruth truth) =>
        Attribute(words, truth, [("what pattern does", "have"), ("which pattern is on", ""), ("is", "solid , striped , dotted or checked")], shown => shown.Pattern);

    /// <summary>What is asked of the one thing between two pieces of a wording.</summary>
    private static string? Attribute(WordReader words, WorldTruth truth, (string Before, string After)[] wordings, Func<TruthObject, string> of)
    {
        foreach ((string before, string after) in wordings)
        {
            words.Position = 0;
            if (words.TryTake(before) && TheOne(words, truth) is { } shown && words.TryTake(after) && words.AtEnd)
            {
                return of(shown);
            }
        }

        return null;
    }

    private static string? Existence(WordReader words, WorldTruth truth)
    {
        if (!words.TryTakeAny("is there", "can you see", "does the picture show") || !words.TryTakeAny("a", "an") || ObjectPhrase.TryRead(words) is not { } thing)
        {
            return null;
        }

        words.TryTakeAny("in the picture", "in the image");
        return words.AtEnd ? YesNo(thing.In(truth).Count > 0) : null;
    }

    private static string? More(WordReader words, WorldTruth truth) =>
        words.TryTakeAny("are there more", "does the picture show more", "can you see more") && ObjectPhrase.TryRead(words, plural: true) is { } first
        && words.TryTake("than") && ObjectPhrase.TryRead(words, plural: true) is { } second && words.AtEnd
            ? YesNo(first.In(truth).Count > second.In(truth).Count)
            : null;

    private static string? Larger(WordReader words, WorldTruth truth)
    {
        if (!words.TryTake("is") || TheOne(words, truth) is not { } first)
        {
            return null;
        }

        bool isLarger = words.TryTakeAny("larger than", "bigger than");
        return (isLarger || words.TryTake("smaller than")) && TheOne(words, truth) is { } second && words.AtEnd
            ? YesNo(isLarger ? first.Box.Area > second.Box.Area : first.Box.Area < second.Box.Area)
            : null;
    }

    private static string? Relation(WordReader words, WorldTruth truth) =>
        words.TryTake("is") && TheOne(words, truth) is { } first && PlaceRelations.TryRead(words) is { } relation && TheOne(words, truth) is { } second && words.AtEnd
            ? YesNo(PlaceRelations.Those(truth.Objects, relation, second).Contains(first))
            : null;

    /// <summary>Takes a description of one thing and finds it.</summary>
    private static TruthObject? TheOne(WordReader words, WorldTruth truth) =>
        words.Next == "the" && WorldDescription.TryRead(words, withPlace: false)?.Resolve(truth) is [var only] ? only : null;

    private static string YesNo(bool isYes) => isYes ? "yes" : "no";
}
