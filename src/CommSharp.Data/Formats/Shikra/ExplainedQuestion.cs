using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question with a short answer and its reason in words, of VQA-E or VQA-X.</summary>
public sealed record ExplainedQuestion : ShikraRecord
{
    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The reason.</summary>
    public required string Explanation { get; init; }

    /// <summary>The short answer.</summary>
    public required string Answer { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts => [new("question", Question), new("explanation", Explanation), new("answer", Answer)];

    /// <summary>VQA-E's explanations are lists of which the first item is the words; the published ones go on with a score.</summary>
    internal static ExplainedQuestion FromVqaE(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["file_path"].FilledText,
        Question = line["question"].FilledText,
        Explanation = Filled(line["explanation"])[0].FilledText,
        Answer = line["multiple_answers"].Identity,
    };

    /// <summary>VQA-X's justifications are lists of pieces, which are joined without a blank.</summary>
    internal static ExplainedQuestion FromVqaX(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["file_path"].FilledText,
        Question = line["question"].FilledText,
        Explanation = string.Concat(Filled(line["justification"]).Select(piece => piece.FilledText)),
        Answer = line["multiple_choice_answer"].Identity,
    };

    private static IReadOnlyList<JsonField> Filled(JsonField list) => list.Items is { Count: > 0 } items ? items : throw list.Problem("is empty");
}
