using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A phrase and the region that it means, of RefCOCO or Visual Genome.</summary>
public sealed record RegionPhrase : ShikraRecord
{
    /// <summary>The phrase.</summary>
    public required string Expression { get; init; }

    /// <summary>The region.</summary>
    public required PixelBox Box { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordBox> Boxes => [new("bbox", Box)];

    internal static RegionPhrase From(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["img_path"].FilledText,
        StatedSize = SizeOf(line),
        Expression = line["expression"].FilledText,
        Box = line["bbox"].Corners,
    };
}
