using CommSharp.Checkpoints;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>A line of the world's rec.jsonl or reg.jsonl with the members that Shikra's format does not have.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Picture">The picture's name.</param>
/// <param name="Expression">The words.</param>
/// <param name="Box">The box of the object that is meant, in pixels.</param>
/// <param name="StatedSize">The picture's size.</param>
/// <param name="Sort">How the words single it out: one of <see cref="Sorts"/>.</param>
/// <param name="IsHeldOut">Whether the object's colour and shape come together in no training picture.</param>
public sealed record WorldRegion(DataPlace Place, string Picture, string Expression, PixelBox Box, PictureSize? StatedSize, string Sort, bool IsHeldOut) : IDataRecord
{
    /// <summary>By looks, by another thing, by the place in a row, or by size among the like.</summary>
    public static IReadOnlyList<string> Sorts { get; } = ["attributes", "relation", "ordinal", "size"];

    /// <inheritdoc/>
    public string? Id => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [new RecordBox("bbox", Box) { Label = Expression }];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("expression", Expression)];

    /// <summary>Reads the lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<WorldRegion> Read(string path, DataProblems? problems = null) => JsonLines.Read(path, Parse, problems);

    private static WorldRegion Parse(JsonField line)
    {
        JsonField sort = line["sort"];
        return new WorldRegion(
            line.Place,
            line["img_path"].FilledText,
            line["expression"].FilledText,
            line["bbox"].Corners,
            new PictureSize(line["width"].Side, line["height"].Side),
            Sorts.Contains(sort.Text) ? sort.Text : throw sort.Problem($"is {Printable.Name(sort.Text)}; it must be {string.Join(", ", Sorts)}"),
            line["held_out"].Flag);
    }
}
