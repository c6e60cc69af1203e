using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question which of several boxes it is, of Visual7W.</summary>
public sealed record PointingQuestion : ShikraRecord
{
    /// <summary>The question, as "Which shape is the red square?".</summary>
    public required string Question { get; init; }

    /// <summary>The boxes to choose from.</summary>
    public required IReadOnlyList<PixelBox> Candidates { get; init; }

    /// <summary>The right one, one of the candidates.</summary>
    public required PixelBox Answer { get; init; }

    /// <summary>A point on the right one.</summary>
    public required PixelPoint Point { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts => [new("question", Question)];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => BoxList.Named("candidates", Candidates);

    /// <inheritdoc/>
    public override IEnumerable<RecordPoint> Points => [new("point", Point)];

    internal static PointingQuestion From(JsonField line)
    {
        IReadOnlyList<PixelBox> candidates = BoxList.Read(line["candidates"]);
        PixelBox answer = line["answer"].Corners;
        return new()
        {
            Place = line.Place,
            Picture = line["file_path"].FilledText,
            Question = line["question"].FilledText,
            Candidates = candidates,
            Answer = candidates.Contains(answer) ? answer : throw line["answer"].Problem($"is none of the {candidates.Count} candidates"),
            Point = line["point"].Point,
        };
    }
}
