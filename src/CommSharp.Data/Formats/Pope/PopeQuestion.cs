using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Pope;

/// <summary>A question of POPE: is such an object in the picture?</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Id">Its number in the file, as text.</param>
/// <param name="Picture">The picture's name.</param>
/// <param name="Text">The question.</param>
/// <param name="IsYes">Whether the right answer is yes.</param>
public sealed record PopeQuestion(DataPlace Place, string Id, string Picture, string Text, bool IsYes) : IDataRecord
{
    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("text", Text), new RecordText("label", IsYes ? "yes" : "no")];

    /// <summary>Reads POPE's questions: JSON lines, though the files are named .json.</summary>
    /// <param name="path">The file, such as coco_pope_random.json.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<PopeQuestion> Read(string path, DataProblems? problems = null) => JsonLines.Read(path, Parse, problems);

    private static PopeQuestion Parse(JsonField line) =>
        new(line.Place, line["question_id"].Identity, line["image"].FilledText, line["text"].FilledText, IsYesLabel(line["label"]));

    private static bool IsYesLabel(JsonField label) => label.Text switch
    {
        "yes" => true,
        "no" => false,
        var other => throw label.Problem($"is {Checkpoints.Printable.Name(other)}; POPE's labels are yes and no"),
    };
}
