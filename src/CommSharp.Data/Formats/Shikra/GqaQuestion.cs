using System.Globalization;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>Words of a question that mean objects of the scene graph.</summary>
/// <param name="LastWord">The last of the words, counted from 0 in the question split at its blanks.</param>
/// <param name="Objects">The objects' ids.</param>
/// <param name="Place">Where the record says so.</param>
public sealed record GqaReference(int LastWord, IReadOnlyList<string> Objects, DataPlace Place);

/// <summary>A question of GQA, with the reasoning that Shikra's authors added.</summary>
public sealed record GqaQuestion : ShikraRecord
{
    /// <summary>The picture's id, under which its scene graph is found.</summary>
    public required string ImageId { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The short answer.</summary>
    public required string Answer { get; init; }

    /// <summary>
    /// The question as a program in words, with objects' ids in brackets: "select: shape (100) -&gt;query: color [0]"; null where there is none.
    /// </summary>
    public required string? Program { get; init; }

    /// <summary>Which words of the question mean which objects, in the order of the words; null where the record does not say.</summary>
    public required IReadOnlyList<GqaReference>? References { get; init; }

    /// <summary>The reasoning, which ends in the answer; null where there is none.</summary>
    public required GroundedSentence? Reasoning { get; init; }

    /// <summary>Every box of the reasoning.</summary>
    public required IReadOnlyList<PixelBox> ReasoningBoxes { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts =>
    [
        new("question", Question), new("answer", Answer), .. Reasoning is null ? Array.Empty<RecordText>() : [new("cot", Reasoning.Text)],
    ];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => BoxList.Named("cot.boxes", ReasoningBoxes);

    internal static GqaQuestion From(JsonField line)
    {
        string image = line["imageId"].Identity, question = line["question"].FilledText;
        JsonField? reasoning = line.Optional("cot");
        IReadOnlyList<PixelBox> boxes = reasoning is null ? [] : BoxList.Read(reasoning["boxes"]);
        return new()
        {
            Place = line.Place,
            Id = line["questionId"].Identity,
            Picture = image + ".jpg",
            ImageId = image,
            Question = question,
            Answer = line["answer"].FilledText,
            Program = line.Optional("semanticStr")?.FilledText,
            References = line.Optional("annotations")?.Optional("question") is { } spans ? ReadReferences(spans, WordsOf(question).Length) : null,
            Reasoning = reasoning is null ? null : GroundedSentence.Read(reasoning["value"], reasoning["seq"], boxes),
            ReasoningBoxes = boxes,
        };
    }

    /// <summary>A text's words as the annotations count them.</summary>
    internal static string[] WordsOf(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Spans are "4" for a word, or "8:10" for the words 8 and 9. The published files list them in any order.</summary>
    private static GqaReference[] ReadReferences(JsonField spans, int words) =>
    [
        .. spans.Members
            .Select(span => new GqaReference(LastWord(span.Name, span.Field, words), ObjectsOf(span.Field), span.Field.Place))
            .OrderBy(reference => reference.LastWord),
    ];

    private static int LastWord(string span, JsonField field, int words)
    {
        string[] edges = span.Split(':');
        if (edges.Length <= 2 && TryRead(edges[0], out int first) && TryRead(edges[^1], out int last))
        {
            int end = edges.Length == 1 ? last : last - 1;
            if (first <= end && end < words)
            {
                return end;
            }
        }

        throw field.Problem($"is no span of the question's {words} words; spans are written as 4 or 8:10");

        static bool TryRead(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static string[] ObjectsOf(JsonField field)
    {
        string[] ids = field.Text.Split(',');
        return ids.All(id => id.Length > 0) ? ids : throw field.Problem("is no list of objects' ids with commas between");
    }
}
