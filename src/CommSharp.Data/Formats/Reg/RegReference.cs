using CommSharp.Data.Reading;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Reg;

/// <summary>
/// An expression by which a person referred to a region: JSON lines with "img_path", "bbox" (left, top, right, bottom in pixels) and "expression",
/// as Shikra's files for referring expressions have. A region has as many lines as expressions.
/// </summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Picture">The picture's path.</param>
/// <param name="Box">The region's box.</param>
/// <param name="Expression">The expression.</param>
/// <param name="StatedSize">The picture's size; null where the line does not tell.</param>
public sealed record RegReference(DataPlace Place, string Picture, PixelBox Box, string Expression, PictureSize? StatedSize) : IDataRecord
{
    /// <inheritdoc/>
    public string? Id => null;

    /// <summary>What words of the expression mean: "phrases", which rendered worlds write; empty where the line does not tell.</summary>
    public IReadOnlyList<MeantPhrase> Phrases { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [new RecordBox("bbox", Box) { Label = Expression }, .. PhraseList.Boxes(Phrases)];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("expression", Expression)];

    /// <summary>Reads expressions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<RegReference> Read(string path, DataProblems? problems = null) => JsonLines.Read(path, Parse, problems);

    private static RegReference Parse(JsonField line)
    {
        string expression = line["expression"].FilledText;
        return new(line.Place, line["img_path"].FilledText, line["bbox"].Corners, expression, line.StatedSize) { Phrases = PhraseList.Read(line, expression) };
    }
}
