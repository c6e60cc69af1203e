using System.Globalization;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Coco;

/// <summary>A picture of a COCO file.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Id">What annotations call it.</param>
/// <param name="FileName">Its path below the folder of pictures.</param>
/// <param name="Size">Its size as the file states it.</param>
public sealed record CocoImage(DataPlace Place, long Id, string FileName, PictureSize Size);

/// <summary>A category of a COCO file. Ids are not contiguous: COCO has 80 categories with ids up to 90.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Id">What annotations call it.</param>
/// <param name="Name">Its name, such as "stop sign".</param>
/// <param name="Supercategory">The larger class that it belongs to; null where the file names none.</param>
public sealed record CocoCategory(DataPlace Place, long Id, string Name, string? Supercategory);

/// <summary>An object in a picture, as COCO's "annotations" of instances hold it.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="AnnotationId">Its id, which can need 64 bits.</param>
/// <param name="Image">The picture.</param>
/// <param name="Category">What it is.</param>
/// <param name="Box">Where it is; the file has left, top, width, height.</param>
/// <param name="IsCrowd">Whether it stands for a crowd of objects that nobody counted.</param>
/// <param name="Area">The area of its outline in pixels; null where the file has none.</param>
public sealed record CocoInstance(
    DataPlace Place, long AnnotationId, CocoImage Image, CocoCategory Category, PixelBox Box, bool IsCrowd, double? Area) : IDataRecord
{
    /// <inheritdoc/>
    public string? Id => AnnotationId.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public string? Picture => Image.FileName;

    /// <inheritdoc/>
    public PictureSize? StatedSize => Image.Size;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [new RecordBox("bbox", Box) { Label = Category.Name }];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("category_id", IsCrowd ? $"a crowd of: {Category.Name}" : Category.Name)];
}
