using CommSharp.Checkpoints;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Vqa;

/// <summary>A model's answer in a results file of VQAv2 or OK-VQA.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="QuestionId">The question's id, as text.</param>
/// <param name="Answer">What the model said; may be empty.</param>
public sealed record VqaAnswer(DataPlace Place, string QuestionId, string Answer)
{
    /// <summary>Reads a results file: a list of "question_id" and "answer".</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad records; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad record is not borne.</exception>
    public static IEnumerable<VqaAnswer> Read(string path, DataProblems? problems = null) =>
        JsonList.Read(path, member: null, record => new VqaAnswer(record.Place, record["question_id"].Identity, record["answer"].Text), problems);

    /// <summary>Puts annotations and answers together by the question's id. The ids must be the same on both sides, as the official evaluation demands.</summary>
    /// <param name="annotations">The annotations; taken one by one.</param>
    /// <param name="answers">The answers; held in memory.</param>
    /// <exception cref="DataException">A question is annotated or answered twice, has no answer, or an answer has no question.</exception>
    public static IEnumerable<(VqaAnnotation Annotation, VqaAnswer Answer)> Match(IEnumerable<VqaAnnotation> annotations, IEnumerable<VqaAnswer> answers)
    {
        var open = new Dictionary<string, VqaAnswer>(StringComparer.Ordinal);
        foreach (VqaAnswer answer in answers)
        {
            if (!open.TryAdd(answer.QuestionId, answer))
            {
                throw new DataException(answer.Place, $"answers the question {Printable.Name(answer.QuestionId)}, as {open[answer.QuestionId].Place} does");
            }
        }

        var closed = new HashSet<string>(StringComparer.Ordinal);
        foreach (VqaAnnotation annotation in annotations)
        {
            if (!closed.Add(annotation.Id))
            {
                throw new DataException(annotation.Place, $"has the question {Printable.Name(annotation.Id)}, as an earlier record has");
            }

            yield return open.Remove(annotation.Id, out VqaAnswer? answer)
                ? (annotation, answer)
                : throw new DataException(annotation.Place, $"has the question {Printable.Name(annotation.Id)}, which the results do not answer; each one needs an answer");
        }

        if (open.Count > 0)
        {
            VqaAnswer first = open.Values.First();
            throw new DataException(
                first.Place, $"answers the question {Printable.Name(first.QuestionId)}, which is not annotated, and so do {open.Count - 1} more; are these the results of this file?");
        }
    }
}
