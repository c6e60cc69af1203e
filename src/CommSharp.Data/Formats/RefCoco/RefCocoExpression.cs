using System.Globalization;
using CommSharp.Data.Formats.Coco;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.RefCoco;

/// <summary>An expression of RefCOCO, RefCOCO+ or RefCOCOg, and the object that it refers to.</summary>
public sealed record RefCocoExpression : IDataRecord
{
    /// <inheritdoc/>
    public required DataPlace Place { get; init; }

    /// <summary>The id of the reference; all expressions of one reference mean the same object.</summary>
    public required long RefId { get; init; }

    /// <summary>The id of the expression.</summary>
    public required long SentenceId { get; init; }

    /// <summary>The split: train, val, testA (people), testB (other objects) or, in RefCOCOg by UMD, test.</summary>
    public required string Split { get; init; }

    /// <summary>The expression as scorers and models take it: lower case, without punctuation ("sent").</summary>
    public required string Text { get; init; }

    /// <summary>The expression as a person wrote it ("raw").</summary>
    public required string RawText { get; init; }

    /// <summary>The object, out of COCO's instances.</summary>
    public required CocoInstance Target { get; init; }

    /// <inheritdoc/>
    public string? Id => SentenceId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The picture of COCO's image entry. The reference's own file name ends in a further number and names no file.</summary>
    public string? Picture => Target.Picture;

    /// <inheritdoc/>
    public PictureSize? StatedSize => Target.StatedSize;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [new RecordBox("ann_id", Target.Box) { Label = Text }];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("sent", Text), new RecordText("raw", RawText), new RecordText("category_id", Target.Category.Name)];
}
