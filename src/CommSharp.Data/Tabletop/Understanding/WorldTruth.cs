using CommSharp.Checkpoints;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>
/// What a picture of the tabletop world shows: a line of scenes.jsonl. All that is known of it stands there; nothing of what draws scenes and writes about
/// them is used, so that the one can judge the other.
/// </summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Picture">The picture's name.</param>
/// <param name="Ground">What the objects lie on, such as "wood".</param>
/// <param name="Objects">The objects, at least one; later ones lie above earlier ones.</param>
public sealed record WorldTruth(DataPlace Place, string Picture, string Ground, IReadOnlyList<TruthObject> Objects) : IDataRecord
{
    /// <summary>A picture has one truth.</summary>
    public string Id => Picture;

    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => Objects.Select((shown, i) => new RecordBox($"objects[{i}].bbox", shown.Box) { Label = $"{shown.Size} {shown.Pattern} {shown.Kind}" });

    /// <summary>Reads the truth about each picture.</summary>
    /// <param name="path">The file, scenes.jsonl.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<WorldTruth> Read(string path, DataProblems? problems = null) => JsonLines.Read(path, Parse, problems);

    /// <summary>The truth by the pictures' names.</summary>
    /// <param name="path">The file, scenes.jsonl.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, a bad line is not borne, or a picture comes twice.</exception>
    public static IReadOnlyDictionary<string, WorldTruth> ReadByPicture(string path, DataProblems? problems = null)
    {
        var all = new Dictionary<string, WorldTruth>(StringComparer.Ordinal);
        foreach (WorldTruth truth in Read(path, problems))
        {
            if (!all.TryAdd(truth.Picture, truth))
            {
                throw new DataException(truth.Place, $"tells of the picture {Printable.Name(truth.Picture)} a second time");
            }
        }

        return all;
    }

    /// <summary>The object whose box this is; null where there is none.</summary>
    public TruthObject? ObjectOf(PixelBox box) => Objects.FirstOrDefault(shown => shown.Box == box);

    private static WorldTruth Parse(JsonField line)
    {
        TruthObject[] objects = [.. line["objects"].Items.Select(ParseObject)];
        return objects.Length > 0
            ? new WorldTruth(line.Place, line["image"].FilledText, Name(line["ground"], Vocabulary.IsGround, "ground"), objects)
            : throw line["objects"].Problem("is empty; every scene has an object");
    }

    private static TruthObject ParseObject(JsonField item) => new(
        Name(item["shape"], word => Vocabulary.ShapeOf(word) == word, "shape"),
        Name(item["colour"], word => Vocabulary.ColourOf(word) == word, "colour"),
        Name(item["pattern"], word => Vocabulary.PatternOf(word) == word, "pattern"),
        Name(item["size"], word => Vocabulary.SizeOf(word) == word, "size"),
        item["bbox"].Corners,
        item["seen"].Number is >= 0 and <= 1 and var seen ? seen : throw item["seen"].Problem("is no share; a number from 0 to 1 is needed"));

    private static string Name(JsonField field, Func<string, bool> isKnown, string what) =>
        field.FilledText is var word && isKnown(word) ? word : throw field.Problem($"is {Printable.Name(word)}, which is no {what} of the world");
}
