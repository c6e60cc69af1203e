using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A caption whose phrases have boxes, of Flickr30k Entities.</summary>
public sealed record GroundedCaption : ShikraRecord
{
    /// <summary>The caption.</summary>
    public required GroundedSentence Sentence { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts => [new("sentence", Sentence.Text)];

    /// <summary>Every box of the record, of phrases or not.</summary>
    public required IReadOnlyList<PixelBox> AllBoxes { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => BoxList.Named("boxes", AllBoxes);

    internal static GroundedCaption From(JsonField line)
    {
        IReadOnlyList<PixelBox> boxes = BoxList.Read(line["boxes"]);
        return new()
        {
            Place = line.Place,
            Id = line.Optional("id")?.Identity,
            Picture = line["image_id"].Identity + ".jpg",
            AllBoxes = boxes,
            Sentence = GroundedSentence.Read(line["sentence"], line["boxes_seq"], boxes),
        };
    }
}
