using System.Text;
using CommSharp.Checkpoints;

namespace CommSharp.Data.Formats.Flickr30kEntities;

/// <summary>A phrase as a sentence marks it, before its boxes are known.</summary>
internal readonly record struct MarkedPhrase(int Start, int End, string EntityId, string[] Types);

/// <summary>Takes the marks out of a sentence: "[/EN#11/people/other Two men] talk ." has the phrase "Two men" of entity 11.</summary>
internal static class EntityMarkup
{
    private const string Opening = "[/EN#";

    /// <summary>Takes the marks out.</summary>
    /// <exception cref="DataException">A bracket belongs to no phrase, or a phrase has no id, no type or no words.</exception>
    public static (string Text, IReadOnlyList<MarkedPhrase> Phrases) Parse(string sentence, DataPlace place)
    {
        var text = new StringBuilder(sentence.Length);
        var phrases = new List<MarkedPhrase>();
        int at = 0;
        while (sentence.AsSpan(at).IndexOfAny('[', ']') is >= 0 and var distance)
        {
            text.Append(sentence, at, distance);
            int open = at + distance, close = sentence.IndexOf(']', open);
            if (!sentence.AsSpan(open).StartsWith(Opening, StringComparison.Ordinal) || close < 0 || sentence.IndexOf('[', open + 1, close - open) >= 0)
            {
                throw new DataException(place, $"has a bracket at character {open + 1} that belongs to no phrase as \"{Opening}11/people two men]\"");
            }

            phrases.Add(ReadPhrase(sentence[(open + Opening.Length)..close], text, place));
            at = close + 1;
        }

        return (text.Append(sentence, at, sentence.Length - at).ToString(), phrases);
    }

    private static MarkedPhrase ReadPhrase(string inside, StringBuilder text, DataPlace place)
    {
        int blank = inside.IndexOf(' ', StringComparison.Ordinal);
        string[] head = (blank < 0 ? inside : inside[..blank]).Split('/');
        string words = blank < 0 ? "" : inside[(blank + 1)..].Trim();
        if (words.Length == 0 || head.Length < 2 || head.Any(part => part.Length == 0) || !head[0].All(char.IsAsciiDigit))
        {
            throw new DataException(place, $"has a phrase {Printable.Name(inside)} without a number, a type or words");
        }

        int start = text.Length;
        text.Append(words);
        return new MarkedPhrase(start, text.Length, head[0], head[1..]);
    }
}
