using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Reg;

/// <summary>A model's caption of a region: a list of "img_path", "bbox" and "caption".</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Picture">The picture's path, as in the references.</param>
/// <param name="Box">The region's box, with the same numbers as in the references.</param>
/// <param name="Caption">What the model said; may be empty.</param>
public sealed record RegCaption(DataPlace Place, string Picture, PixelBox Box, string Caption) : IDataRecord
{
    /// <inheritdoc/>
    public string? Id => null;

    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [new RecordBox("bbox", Box) { Label = Caption }];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("caption", Caption)];

    /// <summary>Reads captions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad records; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad record is not borne.</exception>
    public static IEnumerable<RegCaption> Read(string path, DataProblems? problems = null) =>
        JsonList.Read(path, member: null, Parse, problems);

    /// <summary>Finds the caption of each region that has references.</summary>
    /// <param name="references">The references.</param>
    /// <param name="captions">The captions, in any order.</param>
    /// <exception cref="DataException">A region has no caption or two, or a caption is of another region.</exception>
    public static IReadOnlyDictionary<(string Picture, PixelBox Box), RegCaption> Match(
        IEnumerable<RegReference> references, IEnumerable<RegCaption> captions)
    {
        var wanted = new Dictionary<(string Picture, PixelBox Box), DataPlace>();
        foreach (RegReference reference in references)
        {
            wanted.TryAdd((reference.Picture, reference.Box), reference.Place);
        }

        return CaptionMatch.Match(
            wanted,
            captions,
            caption => ((caption.Picture, caption.Box), caption.Place),
            region => FormattableString.Invariant($"the region {region.Box.X1}, {region.Box.Y1}, {region.Box.X2}, {region.Box.Y2} of {region.Picture}"));
    }

    private static RegCaption Parse(JsonField record) =>
        new(record.Place, record["img_path"].FilledText, record["bbox"].Corners, record["caption"].Text);
}
