using CommSharp.Data.Reading;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Formats;

/// <summary>What words of a text mean in its picture: "phrases", which rendered worlds write and published files have not.</summary>
internal static class PhraseList
{
    private const string Member = "phrases";

    /// <summary>Reads the phrases of a line's text; none where the line has none.</summary>
    /// <param name="line">The line.</param>
    /// <param name="text">The text that they stand in.</param>
    /// <exception cref="DataException">A phrase does not stand in the text behind the one before it.</exception>
    public static IReadOnlyList<MeantPhrase> Read(JsonField line, string text)
    {
        if (line.Optional(Member) is not { } list)
        {
            return [];
        }

        IReadOnlyList<JsonField> items = list.Items;
        MeantPhrase[] phrases = [.. items.Select(item => new MeantPhrase(item["words"].FilledText, BoxList.Read(item["boxes"])))];
        int found = MeantPhrase.Find(text, phrases).Count();
        return found == phrases.Length
            ? phrases
            : throw items[found]["words"].Problem($"is not in the text \"{text}\"{(found == 0 ? "" : " behind the phrase before it")}");
    }

    /// <summary>The boxes and the fields that hold them, for checks.</summary>
    public static IEnumerable<RecordBox> Boxes(IReadOnlyList<MeantPhrase> phrases) =>
        phrases.SelectMany((phrase, i) => BoxList.Named($"{Member}[{i}].boxes", phrase.Boxes).Select(box => box with { Label = phrase.Words }));
}
