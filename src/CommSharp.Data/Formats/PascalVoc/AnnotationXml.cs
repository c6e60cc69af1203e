using CommSharp.Checkpoints;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>What all annotations in Pascal VOC's XML share, Flickr30k Entities' among them: the picture, its size, corners of boxes.</summary>
internal static class AnnotationXml
{
    /// <summary>The ending of annotations.</summary>
    public const string Ending = ".xml";

    /// <summary>Reads an annotation's file.</summary>
    public static XmlField Read(string path) => XmlFile.Read(path, "annotation");

    /// <summary>The picture's name, which must be that of the annotation: otherwise the boxes are those of another picture.</summary>
    public static string Picture(XmlField annotation, string name)
    {
        XmlField field = annotation["filename"];
        return Path.GetFileNameWithoutExtension(field.FilledText) == name
            ? field.FilledText
            : throw field.Problem($"is {Printable.Name(field.FilledText)}, but the annotation is called {Printable.Name(name + Ending)}");
    }

    /// <summary>The picture's size.</summary>
    public static PictureSize Size(XmlField annotation) => new(annotation["size"]["width"].Side, annotation["size"]["height"].Side);

    /// <summary>The corners as they are written, in order.</summary>
    public static (double X1, double Y1, double X2, double Y2) Corners(XmlField box)
    {
        var corners = (X1: box["xmin"].Number, Y1: box["ymin"].Number, X2: box["xmax"].Number, Y2: box["ymax"].Number);
        return corners.X2 >= corners.X1 && corners.Y2 >= corners.Y1
            ? corners
            : throw box.Problem(FormattableString.Invariant(
                $"is no box: its right or lower edge comes before the other ({corners.X1}, {corners.Y1}, {corners.X2}, {corners.Y2})"));
    }
}
