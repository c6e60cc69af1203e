using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Vqa;

/// <summary>A question of VQAv2 or OK-VQA.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Id">Its id, as text.</param>
/// <param name="Picture">The picture's name, COCO_(subtype)_(12 digits).jpg.</param>
/// <param name="Text">The question.</param>
public sealed record VqaQuestion(DataPlace Place, string Id, string Picture, string Text) : IDataRecord
{
    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText("question", Text)];

    /// <summary>Reads a file of questions, such as v2_OpenEnded_mscoco_val2014_questions.json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad records; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad record is not borne.</exception>
    public static IEnumerable<VqaQuestion> Read(string path, DataProblems? problems = null) => VqaFile.Read(path, "questions", Parse, problems);

    private static VqaQuestion Parse(JsonField record, string picture) =>
        new(record.Place, record["question_id"].Identity, picture, record["question"].FilledText);
}
