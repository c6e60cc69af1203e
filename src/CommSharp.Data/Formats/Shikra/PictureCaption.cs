using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Shikra;

/// <summary>A caption of a whole picture. A picture has several.</summary>
public sealed record PictureCaption : ShikraRecord
{
    /// <summary>The caption, with blanks and line ends as they stand.</summary>
    public required string Caption { get; init; }

    internal static PictureCaption From(JsonField line) => new()
    {
        Place = line.Place,
        Picture = line["img_path"].FilledText,
        StatedSize = SizeOf(line),
        Caption = line["caption"].FilledText,
    };
}
