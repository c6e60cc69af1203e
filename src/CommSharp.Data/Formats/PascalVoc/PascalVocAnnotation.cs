using CommSharp.Imaging;

namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>An object of a Pascal VOC annotation.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Name">What it is, such as "person".</param>
/// <param name="Box">
/// Where it is. VOC counts pixels from 1 and means the last one too (VOC devkit, section "ground truth annotation": the top-left pixel is 1, 1), so
/// its xmin, ymin, xmax, ymax cover the pixels up to the outer edges xmin - 1, ymin - 1, xmax, ymax, which are the edges here.
/// </param>
/// <param name="IsTruncated">Whether the picture's edge or another thing cuts it off; null where the file does not say.</param>
/// <param name="IsDifficult">Whether VOC's scores leave it out; null where the file does not say.</param>
/// <param name="Pose">Where it faces, such as "Frontal" or "Unspecified"; null where the file does not say.</param>
public sealed record PascalVocObject(DataPlace Place, string Name, PixelBox Box, bool? IsTruncated, bool? IsDifficult, string? Pose);

/// <summary>A picture with its objects, as one XML file of Pascal VOC holds it.</summary>
/// <param name="Place">The file.</param>
/// <param name="Name">The file's name without its ending, by which splits name the picture.</param>
/// <param name="Picture">The picture's name below JPEGImages.</param>
/// <param name="Size">The picture's size as the file states it.</param>
/// <param name="Objects">The objects; there may be none.</param>
public sealed record PascalVocAnnotation(DataPlace Place, string Name, string Picture, PictureSize Size, IReadOnlyList<PascalVocObject> Objects) : IDataRecord
{
    /// <inheritdoc/>
    public string? Id => Name;

    /// <inheritdoc/>
    public PictureSize? StatedSize => Size;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => Objects.Select((each, i) => new RecordBox($"object[{i}].bndbox", each.Box) { Label = each.Name });

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts =>
        [new RecordText("object.name", string.Join(", ", Objects.CountBy(each => each.Name).Select(count => $"{count.Value} x {count.Key}")))];
}
