using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question with a short answer, of VQAv2.</summary>
public sealed record PictureQuestion : ShikraRecord
{
    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The answer that most of the ten people gave; null where the annotation is not public.</summary>
    public required string? Answer { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts =>
        Answer is null ? [new("question", Question)] : [new("question", Question), new("answer", Answer)];

    internal static PictureQuestion From(JsonField line) => new()
    {
        Place = line.Place,
        Id = line["question_id"].Identity,
        Picture = line["image_path"].FilledText,
        Question = line["question"].FilledText,
        Answer = line.Optional("annotation")?["multiple_choice_answer"].FilledText,
    };
}
