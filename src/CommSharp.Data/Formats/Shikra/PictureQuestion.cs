using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question with a short answer, of VQAv2 or POPE.</summary>
public sealed record PictureQuestion : ShikraRecord
{
    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The short answer; null where the annotation is not public.</summary>
    public required string? Answer { get; init; }

    /// <summary>The answer of VQAv2 is the one that most of the ten people gave.</summary>
    internal static PictureQuestion FromVqaV2(JsonField line) => new()
    {
        Place = line.Place,
        Id = line["question_id"].Identity,
        Picture = line["image_path"].FilledText,
        Question = line["question"].FilledText,
        Answer = line.Optional("annotation")?["multiple_choice_answer"].FilledText,
    };

    /// <summary>The answer of POPE is "yes" or "no".</summary>
    internal static PictureQuestion FromPope(JsonField line)
    {
        JsonField label = line["label"];
        return new()
        {
            Place = line.Place,
            Id = line["question_id"].Identity,
            Picture = line["image"].FilledText,
            Question = line["text"].FilledText,
            Answer = label.Text.ToLowerInvariant() is "yes" or "no" ? label.Text.ToLowerInvariant() : throw label.Problem("is neither yes nor no"),
        };
    }
}
