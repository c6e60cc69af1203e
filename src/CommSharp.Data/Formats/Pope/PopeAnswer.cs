using CommSharp.Checkpoints;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Pope;

/// <summary>A model's answer to one of POPE's questions.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Question">The question, repeated.</param>
/// <param name="Answer">What the model said; may be empty.</param>
public sealed record PopeAnswer(DataPlace Place, string Question, string Answer)
{
    /// <summary>Reads answers: JSON lines with "question" and "answer", in the order of the questions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<PopeAnswer> Read(string path, DataProblems? problems = null) =>
        JsonLines.Read(path, line => new PopeAnswer(line.Place, line["question"].FilledText, line["answer"].Text), problems);

    /// <summary>
    /// Puts questions and answers together by their positions, as POPE's evaluate.py does. It never looks whether they belong together; here a
    /// different question or another number of answers is refused.
    /// </summary>
    /// <param name="questions">The questions.</param>
    /// <param name="answers">The answers.</param>
    /// <exception cref="DataException">Question and answer at one position do not belong together, or one of the lists is longer.</exception>
    public static IEnumerable<(PopeQuestion Question, PopeAnswer Answer)> Match(IEnumerable<PopeQuestion> questions, IEnumerable<PopeAnswer> answers)
    {
        using IEnumerator<PopeAnswer> rest = answers.GetEnumerator();
        foreach (PopeQuestion question in questions)
        {
            if (!rest.MoveNext())
            {
                throw new DataException(question.Place, "has no answer: the answers end before it; one for each question is needed, in the same order");
            }

            PopeAnswer answer = rest.Current;
            if (answer.Question != question.Text)
            {
                throw new DataException(
                    answer.Place.Of("question"),
                    $"is {Printable.Name(answer.Question)}, but the question at this position is {Printable.Name(question.Text)} ({question.Place})");
            }

            yield return (question, answer);
        }

        if (rest.MoveNext())
        {
            throw new DataException(rest.Current.Place, "answers no question: the questions end before it; are these the answers to this file?");
        }
    }
}
