using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Vqa;

/// <summary>What one person answered. Two answers are the same only if they are so in every part.</summary>
/// <param name="Answer">The answer; of OK-VQA the stemmed one.</param>
/// <param name="Id">The annotator's number.</param>
/// <param name="Confidence">"yes", "maybe" or "no"; null where the file does not say.</param>
/// <param name="RawAnswer">OK-VQA's answer before it was stemmed; null in VQAv2.</param>
public sealed record VqaAnnotatorAnswer(string Answer, long Id, string? Confidence = null, string? RawAnswer = null);

/// <summary>What people answered to a question of VQAv2 or OK-VQA.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Id">The question's id, as text.</param>
/// <param name="Picture">The picture's name, COCO_(subtype)_(12 digits).jpg.</param>
/// <param name="QuestionType">How the question begins; of OK-VQA the number of its subject.</param>
/// <param name="AnswerType">"yes/no", "number" or "other".</param>
/// <param name="MultipleChoiceAnswer">The most common answer, which VQAv2 trains on; null where the file does not say, as in OK-VQA.</param>
/// <param name="Answers">The answers, at least one, each of another annotator.</param>
public sealed record VqaAnnotation(
    DataPlace Place, string Id, string Picture, string QuestionType, string AnswerType, string? MultipleChoiceAnswer, IReadOnlyList<VqaAnnotatorAnswer> Answers) : IDataRecord
{
    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <summary>Reads a file of annotations, such as v2_mscoco_val2014_annotations.json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad records; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad record is not borne.</exception>
    public static IEnumerable<VqaAnnotation> Read(string path, DataProblems? problems = null) => VqaFile.Read(path, "annotations", Parse, problems);

    private static VqaAnnotation Parse(JsonField record, string picture) => new(
        record.Place,
        record["question_id"].Identity,
        picture,
        record["question_type"].Text,
        record["answer_type"].Text,
        record.Optional("multiple_choice_answer")?.Text,
        ParseAnswers(record["answers"]));

    private static VqaAnnotatorAnswer[] ParseAnswers(JsonField list)
    {
        IReadOnlyList<JsonField> items = list.Items;
        if (items.Count == 0)
        {
            throw list.Problem("is empty; without an annotator's answer nothing can be scored");
        }

        var seen = new HashSet<long>();
        return [.. items.Select(item => ParseAnswer(item, seen))];
    }

    private static VqaAnnotatorAnswer ParseAnswer(JsonField item, HashSet<long> seen)
    {
        JsonField id = item["answer_id"];
        long number = id.WholeNumber;
        return seen.Add(number)
            ? new VqaAnnotatorAnswer(item["answer"].Text, number, item.Optional("answer_confidence")?.Text, item.Optional("raw_answer")?.Text)
            : throw id.Problem($"is {number}, as that of an earlier answer to this question");
    }
}
