using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A question how many there are of what a box or a point shows, in three wordings, of PointQA's "look twice" part.</summary>
public sealed record PointTwiceQuestion : ShikraRecord
{
    /// <summary>The wording that names the thing: "How many of these squares are there?".</summary>
    public required string ObjectQuestion { get; init; }

    /// <summary>The wording that names what the thing is a kind of: "How many of these shapes are there?".</summary>
    public required string SuperQuestion { get; init; }

    /// <summary>The wording that names nothing: "How many of these are there?".</summary>
    public required string GeneralQuestion { get; init; }

    /// <summary>The answer, as "2".</summary>
    public required string Answer { get; init; }

    /// <summary>The box of one of the things.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>A point on it.</summary>
    public required PixelPoint Point { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts =>
    [
        new("obj_question", ObjectQuestion), new("super_question", SuperQuestion), new("general_question", GeneralQuestion), new("answer", Answer),
    ];

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => [new("bbox", Box)];

    /// <inheritdoc/>
    public override IEnumerable<RecordPoint> Points => [new("point", Point)];

    internal static PointTwiceQuestion From(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["file_path"].FilledText,
        ObjectQuestion = line["obj_question"].FilledText,
        SuperQuestion = line["super_question"].FilledText,
        GeneralQuestion = line["general_question"].FilledText,
        Answer = line["answer"].Identity,
        Box = line["bbox"].Corners,
        Point = line["point"].Point,
    };
}
