using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A word of VCR, or people and things that stand for one.</summary>
/// <param name="Text">The word; empty where boxes stand.</param>
/// <param name="Boxes">The boxes; empty where a word stands.</param>
public sealed record VcrWord(string Text, IReadOnlyList<PixelBox> Boxes);

/// <summary>A question of VCR with choices of answers and of reasons.</summary>
public sealed record VcrQuestion : ShikraRecord
{
    private const int MostChoices = 26; // letters

    /// <summary>The question.</summary>
    public required IReadOnlyList<VcrWord> Question { get; init; }

    /// <summary>The answers to choose from.</summary>
    public required IReadOnlyList<IReadOnlyList<VcrWord>> Answers { get; init; }

    /// <summary>The right answer, counted from 0; null where it is not public.</summary>
    public required int? AnswerLabel { get; init; }

    /// <summary>The reasons to choose from.</summary>
    public required IReadOnlyList<IReadOnlyList<VcrWord>> Rationales { get; init; }

    /// <summary>The right reason, counted from 0; null where it is not public.</summary>
    public required int? RationaleLabel { get; init; }

    /// <summary>Every box of the record.</summary>
    public required IReadOnlyList<PixelBox> AllBoxes { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts =>
    [
        new("question", TextOf(Question)),
        .. Answers.Select((words, i) => new RecordText($"answer_choices[{i}]", TextOf(words))),
        .. Rationales.Select((words, i) => new RecordText($"rationale_choices[{i}]", TextOf(words))),
    ];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => BoxList.Named("boxes", AllBoxes);

    internal static VcrQuestion From(JsonField line)
    {
        PixelBox[] boxes = [.. line["boxes"].Items.Select(box => box.ScoredCorners)];
        IReadOnlyList<IReadOnlyList<VcrWord>> answers = Choices(line["answer_choices"], boxes);
        IReadOnlyList<IReadOnlyList<VcrWord>> rationales = Choices(line["rationale_choices"], boxes);
        return new()
        {
            Place = line.Place,
            Id = line.Optional("annot_id")?.Identity,
            Picture = line["img_fn"].FilledText,
            AllBoxes = boxes,
            Question = Words(line["question"], boxes),
            Answers = answers,
            AnswerLabel = Label(line.Optional("answer_label"), answers.Count),
            Rationales = rationales,
            RationaleLabel = Label(line.Optional("rationale_label"), rationales.Count),
        };
    }

    /// <summary>The words, with the numbers of the boxes for people and things.</summary>
    private string TextOf(IReadOnlyList<VcrWord> words)
    {
        List<PixelBox> all = [.. AllBoxes];
        return string.Join(' ', words.Select(word => word.Boxes.Count > 0 ? $"[{string.Join(", ", word.Boxes.Select(box => all.IndexOf(box)))}]" : word.Text));
    }

    private static IReadOnlyList<IReadOnlyList<VcrWord>> Choices(JsonField list, IReadOnlyList<PixelBox> boxes)
    {
        IReadOnlyList<JsonField> choices = list.Items;
        return choices.Count is >= 1 and <= MostChoices
            ? [.. choices.Select(choice => Words(choice, boxes))]
            : throw list.Problem($"has {choices.Count} choices; 1 to {MostChoices} can be read");
    }

    private static VcrWord[] Words(JsonField words, IReadOnlyList<PixelBox> boxes)
    {
        VcrWord[] read =
        [
            .. words.Items.Select(word => word.Value.ValueKind == System.Text.Json.JsonValueKind.Array
                ? new VcrWord("", BoxList.Choose(word, boxes))
                : new VcrWord(word.FilledText, [])),
        ];
        return read.Length > 0 ? read : throw words.Problem("is empty");
    }

    private static int? Label(JsonField? label, int choices) => label?.WholeNumber switch
    {
        null => null,
        >= 0 and var number when number < choices => (int)number,
        var number => throw label.Problem($"is {number}, but there are {choices} choices, counted from 0"),
    };
}
