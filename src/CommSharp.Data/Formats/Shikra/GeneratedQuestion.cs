using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question that GPT-4 wrote for a picture, with reasons whose phrases have boxes (Shikra-RD).</summary>
public sealed record GeneratedQuestion : ShikraRecord
{
    /// <summary>The question.</summary>
    public required GroundedSentence Question { get; init; }

    /// <summary>The answer alone, a whole sentence.</summary>
    public required string Answer { get; init; }

    /// <summary>The reasons, which end in the answer.</summary>
    public required GroundedSentence Reasoning { get; init; }

    /// <summary>Every box of the record.</summary>
    public required IReadOnlyList<PixelBox> AllBoxes { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts => [new("question", Question.Text), new("answer", Answer), new("cot_with_ans", Reasoning.Text)];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => BoxList.Named("boxes", AllBoxes);

    internal static GeneratedQuestion From(JsonField line)
    {
        IReadOnlyList<PixelBox> boxes = BoxList.Read(line["boxes"]);
        return new()
        {
            Place = line.Place,
            Id = line.Optional("id")?.Identity,
            Picture = line["img_path"].FilledText,
            AllBoxes = boxes,
            Question = GroundedSentence.Read(line["question"], line.Optional("question_boxes_seq"), boxes),
            Answer = line["answer"].FilledText,
            Reasoning = GroundedSentence.Read(line["cot_with_ans"], line.Optional("answer_boxes_seq"), boxes),
        };
    }
}
