using CommSharp.Data.Reading;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question with a short answer, of VQAv2.</summary>
public sealed record PictureQuestion : ShikraRecord
{
    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The answer that most of the ten people gave; null where the annotation is not public.</summary>
    public required string? Answer { get; init; }

    /// <summary>
    /// The boxes of what the answer speaks of: "boxes" of the annotation, which rendered worlds write and VQAv2 has not. Null where they are not said, empty where nothing
    /// is there of what is asked.
    /// </summary>
    public IReadOnlyList<PixelBox>? Evidence { get; init; }

    /// <summary>What words of the question mean: "phrases", which rendered worlds write and VQAv2 has not; empty where the line does not tell.</summary>
    public IReadOnlyList<MeantPhrase> Phrases { get; init; } = [];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => [.. BoxList.Named("annotation.boxes", Evidence ?? []), .. PhraseList.Boxes(Phrases)];

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts =>
        Answer is null ? [new("question", Question)] : [new("question", Question), new("answer", Answer)];

    internal static PictureQuestion From(JsonField line)
    {
        JsonField? annotation = line.Optional("annotation");
        string question = line["question"].FilledText;
        return new PictureQuestion
        {
            Place = line.Place,
            Id = line["question_id"].Identity,
            Picture = line["image_path"].FilledText,
            Question = question,
            Phrases = PhraseList.Read(line, question),
            Answer = annotation?["multiple_choice_answer"].FilledText,
            Evidence = annotation?.Optional("boxes") is { } boxes ? BoxList.Read(boxes) : null,
        };
    }
}
