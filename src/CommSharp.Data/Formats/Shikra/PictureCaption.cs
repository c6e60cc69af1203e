using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A caption of a whole picture. A picture has several.</summary>
public sealed record PictureCaption : ShikraRecord
{
    /// <summary>The caption, with blanks and line ends as they stand.</summary>
    public required string Caption { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RecordText> Texts => [new("caption", Caption)];

    internal static PictureCaption From(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["img_path"].FilledText,
        StatedSize = line.StatedSize,
        Caption = line["caption"].FilledText,
    };
}
