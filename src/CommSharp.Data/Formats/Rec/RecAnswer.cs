using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Rec;

/// <summary>
/// A model's answer to a referring expression, beside the right box: JSON lines with "answer" and either "target", the right answer's text, or "bbox"
/// (left, top, right, bottom in pixels), "width" and "height". So a row of Shikra's files needs only its answer added.
/// </summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Id">The member "id", as text; null when there is none.</param>
/// <param name="Picture">The member "img_path"; null when there is none.</param>
/// <param name="Answer">What the model said.</param>
/// <param name="Target">The right answer's text; null when the box is given.</param>
/// <param name="Box">The right box; null when the text is given.</param>
/// <param name="StatedSize">The picture's size; null when the text is given and no size.</param>
public sealed record RecAnswer(DataPlace Place, string? Id, string? Picture, string Answer, string? Target, PixelBox? Box, PictureSize? StatedSize) : IDataRecord
{
    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => Box is { } box ? [new RecordBox("bbox", box)] : [];

    /// <summary>Reads answers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<RecAnswer> Read(string path, DataProblems? problems = null) => JsonLines.Read(path, Parse, problems);

    private static RecAnswer Parse(JsonField line)
    {
        JsonField? target = line.Optional("target"), box = line.Optional("bbox");
        if (target is null == box is null)
        {
            throw line.Problem("needs either 'target', the right answer's text, or 'bbox' with 'width' and 'height'");
        }

        PictureSize? size = box is not null || line.Optional("width") is not null ? new PictureSize(line["width"].Side, line["height"].Side) : null;
        return new RecAnswer(line.Place, line.Optional("id")?.Identity, line.Optional("img_path")?.FilledText, line["answer"].Text, target?.Text, box?.Corners, size);
    }
}
