using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>
/// Reads a folder in Pascal VOC's layout: Annotations with an XML file for each picture, ImageSets/Main with the splits, JPEGImages with the
/// pictures. Files are read one by one. Parts of objects and elements that VOC does not define are passed over.
/// </summary>
public static class PascalVocFolder
{
    /// <summary>Reads the annotations: all in the order of their names, or those of a split in its order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">A list in ImageSets/Main without its ending, such as "train"; null for all annotations. In a list for one class, such as
    /// "cat_train", the second column is passed over.</param>
    /// <param name="problems">Takes bad files and lines; null to stop at the first.</param>
    /// <exception cref="DataException">The folder or the list cannot be read, or a bad file or line is not borne.</exception>
    public static IEnumerable<PascalVocAnnotation> Read(string folder, string? split = null, DataProblems? problems = null) =>
        ReadNumbered(folder, split, takes: null, problems).Select(picture => picture.Annotation);

    /// <summary>Reads annotations with their numbers in the list; those that are not taken are not opened, and count all the same.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">As for <see cref="Read"/>.</param>
    /// <param name="takes">Whether the annotation of a number is read; null for all.</param>
    /// <param name="problems">As for <see cref="Read"/>.</param>
    internal static IEnumerable<NumberedAnnotation> ReadNumbered(string folder, string? split, Func<int, bool>? takes, DataProblems? problems)
    {
        string annotations = Path.Combine(folder, "Annotations");
        IEnumerable<ListedImage> images = split is null
            ? ImageList.All(annotations, AnnotationXml.Ending)
            : ImageList.Read(Path.Combine(folder, "ImageSets", "Main"), split, hasClassColumn: true, problems);
        return DataProblems.Read(
            images.Index().Where(image => takes?.Invoke(image.Index) ?? true),
            image => new NumberedAnnotation(image.Index, ReadFile(Path.Combine(annotations, image.Item.Name + AnnotationXml.Ending))),
            problems);
    }

    /// <summary>Reads one annotation.</summary>
    /// <param name="path">The XML file.</param>
    /// <exception cref="DataException">It cannot be read, or is no annotation of the picture that it is named after.</exception>
    public static PascalVocAnnotation ReadFile(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        XmlField annotation = AnnotationXml.Read(path);
        return new PascalVocAnnotation(
            new DataPlace(path),
            name,
            AnnotationXml.Picture(annotation, name),
            AnnotationXml.Size(annotation),
            [.. annotation.All("object").Select(ReadObject)]);
    }

    private static PascalVocObject ReadObject(XmlField field) => new(
        field.Place,
        field["name"].FilledText,
        Box(field["bndbox"]),
        field.Optional("truncated")?.Flag,
        field.Optional("difficult")?.Flag,
        field.Optional("pose")?.Text);

    private static PixelBox Box(XmlField field)
    {
        (double x1, double y1, double x2, double y2) = AnnotationXml.Corners(field);
        return new PixelBox(x1 - 1, y1 - 1, x2, y2);
    }
}
