using CommSharp.Imaging;

namespace CommSharp.Data;

/// <summary>A box of a record and the field that holds it.</summary>
/// <param name="Field">The field, as "bbox" or "boxes[2]".</param>
/// <param name="Box">The box, in pixels of the original picture.</param>
public readonly record struct RecordBox(string Field, PixelBox Box)
{
    /// <summary>What the box shows, to be written at it; null where the record does not say.</summary>
    public string? Label { get; init; }
}

/// <summary>Words of a record, to be shown to a person.</summary>
/// <param name="Field">The field, as "caption" or "conversations[1].value".</param>
/// <param name="Text">What it says.</param>
public readonly record struct RecordText(string Field, string Text);

/// <summary>A point of a record and the field that holds it.</summary>
/// <param name="Field">The field, as "point".</param>
/// <param name="Point">The point, in pixels of the original picture.</param>
public readonly record struct RecordPoint(string Field, PixelPoint Point);

/// <summary>A record of any format, as far as all formats are alike: this is what can be checked against the pictures.</summary>
public interface IDataRecord
{
    /// <summary>Where it stands.</summary>
    DataPlace Place { get; }

    /// <summary>What no other record of the same list may be called; null where the format has no such name.</summary>
    string? Id { get; }

    /// <summary>The picture's path below the folder of pictures, with "/" between folders; null for a record without a picture.</summary>
    string? Picture { get; }

    /// <summary>The picture's size as the record states it; null where it does not.</summary>
    PictureSize? StatedSize { get; }

    /// <summary>The boxes.</summary>
    IEnumerable<RecordBox> Boxes { get; }

    /// <summary>What the record says in words, for a person who looks through samples; nothing where the format has no words.</summary>
    IEnumerable<RecordText> Texts => [];

    /// <summary>The points; few formats have any.</summary>
    IEnumerable<RecordPoint> Points => [];
}
