using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question about what a box or a point shows, of PointQA's local part.</summary>
public sealed record PointQuestion : ShikraRecord
{
    /// <summary>The question, as "What color is this?".</summary>
    public required string Question { get; init; }

    /// <summary>The answer.</summary>
    public required string Answer { get; init; }

    /// <summary>The box of what is asked about.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>A point on it.</summary>
    public required PixelPoint Point { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts => [new("question", Question), new("answer", Answer)];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => [new("bbox", Box) { Label = Answer }];

    /// <inheritdoc/>
    public override IEnumerable<RecordPoint> Points => [new("point", Point)];

    internal static PointQuestion From(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["file_path"].FilledText,
        Question = line["question"].FilledText,
        Answer = line["answer"].Identity,
        Box = line["bbox"].Corners,
        Point = line["point"].Point,
    };
}
