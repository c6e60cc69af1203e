using CommSharp.Checkpoints;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Coco;

/// <summary>A caption of COCO's.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">What it says, as it stands: some end in a line end.</param>
public sealed record CocoCaption(long Id, string Text);

/// <summary>
/// A picture of COCO with its captions (captions_train2014.json and the like): an object with the lists "images" and "annotations".
/// </summary>
/// <param name="Place">Where the picture stands.</param>
/// <param name="ImageId">The picture's id.</param>
/// <param name="Picture">The picture's file.</param>
/// <param name="StatedSize">The picture's size; null where the file does not tell.</param>
/// <param name="Captions">Its captions, at least one, in the order of their ids.</param>
public sealed record CocoCaptionImage(
    DataPlace Place, long ImageId, string Picture, PictureSize? StatedSize, IReadOnlyList<CocoCaption> Captions) : IDataRecord
{
    /// <inheritdoc/>
    public string Id => FormattableString.Invariant($"{ImageId}");

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => Captions.Select(caption => new RecordText($"caption {caption.Id}", caption.Text.TrimEnd()));

    /// <summary>Reads the pictures of a file. All captions are held in memory, since the file lists them in any order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad pictures and captions, and a picture stays with its other captions; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad picture or caption is not borne.</exception>
    public static IEnumerable<CocoCaptionImage> Read(string path, DataProblems? problems = null)
    {
        Dictionary<long, List<Annotation>> captions = ReadCaptions(path, problems);
        var seen = new HashSet<long>();
        foreach (CocoCaptionImage image in JsonList.Read(path, "images", record => Parse(record, captions, seen), problems))
        {
            yield return image;
        }

        foreach ((long image, List<Annotation> of) in captions.Where(each => !seen.Contains(each.Key)))
        {
            var error = new DataException(of[0].Place.Of("image_id"), $"names the picture {image}, which the list \"images\" does not have");
            if (problems?.Bear(error) != true)
            {
                throw error;
            }
        }
    }

    private static Dictionary<long, List<Annotation>> ReadCaptions(string path, DataProblems? problems)
    {
        var captions = new Dictionary<long, List<Annotation>>();
        var ids = new HashSet<long>();
        foreach (Annotation annotation in JsonList.Read(path, "annotations", record => ParseCaption(record, ids), problems))
        {
            if (!captions.TryGetValue(annotation.Image, out List<Annotation>? of))
            {
                captions.Add(annotation.Image, of = []);
            }

            of.Add(annotation);
        }

        return captions;
    }

    private static Annotation ParseCaption(JsonField record, HashSet<long> ids)
    {
        long id = record["id"].WholeNumber;
        var annotation = new Annotation(record.Place, record["image_id"].WholeNumber, new CocoCaption(id, record["caption"].FilledText));
        return ids.Add(id) ? annotation : throw record.Problem($"has the id {id}, as an earlier caption has");
    }

    private static CocoCaptionImage Parse(JsonField record, Dictionary<long, List<Annotation>> captions, HashSet<long> seen)
    {
        long id = record["id"].WholeNumber;
        if (!seen.Add(id))
        {
            throw record.Problem($"has the id {id}, as an earlier picture has");
        }

        string picture = record["file_name"].FilledText;
        PictureSize? size = record.StatedSize;
        return captions.TryGetValue(id, out List<Annotation>? of)
            ? new CocoCaptionImage(record.Place, id, picture, size, [.. of.Select(annotation => annotation.Caption).OrderBy(caption => caption.Id)])
            : throw record.Problem($"is the picture {id} ({Printable.Name(picture)}), which has no caption; each picture needs one");
    }

    private sealed record Annotation(DataPlace Place, long Image, CocoCaption Caption);
}
