using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Coco;

/// <summary>A model's caption in a results file of COCO: a list of "image_id" and "caption".</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="ImageId">The picture's id.</param>
/// <param name="Caption">What the model said; may be empty.</param>
public sealed record CocoCaptionResult(DataPlace Place, long ImageId, string Caption) : IDataRecord
{
    /// <inheritdoc/>
    public string Id => FormattableString.Invariant($"{ImageId}");

    /// <inheritdoc/>
    public string? Picture => null;

    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("caption", Caption)];

    /// <summary>Reads a results file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad records; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad record is not borne.</exception>
    public static IEnumerable<CocoCaptionResult> Read(string path, DataProblems? problems = null) =>
        JsonList.Read(path, member: null, Parse, problems);

    /// <summary>Puts pictures and results together: each picture needs exactly one result, as COCO's evaluation demands.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="results">The results, in any order.</param>
    /// <returns>The pairs, in the order of the pictures.</returns>
    /// <exception cref="DataException">A picture has no result or two, or a result is of another picture.</exception>
    public static IReadOnlyList<(CocoCaptionImage Image, CocoCaptionResult Result)> Match(
        IEnumerable<CocoCaptionImage> images, IEnumerable<CocoCaptionResult> results)
    {
        CocoCaptionImage[] all = [.. images];
        Dictionary<long, CocoCaptionResult> found = CaptionMatch.Match(
            all.ToDictionary(image => image.ImageId, image => image.Place),
            results,
            result => (result.ImageId, result.Place),
            id => $"the picture {id}");
        return [.. all.Select(image => (image, found[image.ImageId]))];
    }

    private static CocoCaptionResult Parse(JsonField record) => new(record.Place, record["image_id"].WholeNumber, record["caption"].Text);
}
