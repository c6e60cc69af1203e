using CommSharp.Checkpoints;
using CommSharp.Data.Formats.PascalVoc;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Flickr30kEntities;

/// <summary>What a picture's annotation says of the entities that its sentences name.</summary>
/// <param name="Picture">The picture's name.</param>
/// <param name="Size">Its size.</param>
/// <param name="Entities">The boxes of each entity, in the order of the file; none for a scene and for what has no box.</param>
internal sealed record EntityAnnotation(string Picture, PictureSize Size, IReadOnlyDictionary<string, List<PixelBox>> Entities)
{
    /// <summary>The id of all that cannot be seen; annotations do not list it.</summary>
    public const string NotVisual = "0";

    /// <summary>Reads an annotation's file.</summary>
    public static EntityAnnotation Read(string path, string image)
    {
        XmlField annotation = AnnotationXml.Read(path);
        var entities = new Dictionary<string, List<PixelBox>>(StringComparer.Ordinal);
        foreach (XmlField field in annotation.All("object"))
        {
            PixelBox? box = Box(field);
            foreach (string name in Names(field))
            {
                if (!entities.TryGetValue(name, out List<PixelBox>? boxes))
                {
                    entities.Add(name, boxes = []);
                }

                if (box is { } known)
                {
                    boxes.Add(known);
                }
            }
        }

        return new EntityAnnotation(AnnotationXml.Picture(annotation, image), AnnotationXml.Size(annotation), entities);
    }

    /// <summary>One box can be that of several entities: the man, and one of two people.</summary>
    private static HashSet<string> Names(XmlField field)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (XmlField name in field.All("name"))
        {
            if (!names.Add(name.FilledText))
            {
                throw name.Problem($"is {Printable.Name(name.Text)} a second time");
            }
        }

        return names.Count > 0 ? names : throw field.Problem("has no element 'name'; the format requires it");
    }

    /// <summary>
    /// An object has a box, or says that it has none. Coordinates count from 1, and the data set's own code takes 1 from all four
    /// (flickr30k_entities_utils.py), which everybody's numbers follow; read as Pascal VOC's, right and lower edges would lie a pixel further out.
    /// </summary>
    private static PixelBox? Box(XmlField field)
    {
        bool isScene = field.Optional("scene")?.Flag ?? false;
        XmlField? without = field.Optional("nobndbox");
        if (field.Optional("bndbox") is not { } box)
        {
            return isScene || without is not null ? null : throw field.Problem("has neither 'bndbox' nor 'nobndbox'");
        }

        if (without?.Flag ?? false)
        {
            throw without.Problem("says that there is no box, but there is one");
        }

        (double x1, double y1, double x2, double y2) = AnnotationXml.Corners(box);
        return new PixelBox(x1 - 1, y1 - 1, x2 - 1, y2 - 1);
    }
}
