using CommSharp.Checkpoints;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Mme;

/// <summary>A line of a results file of MME: a question and what the model said.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Task">The task.</param>
/// <param name="Picture">The picture's file name.</param>
/// <param name="Question">The question.</param>
/// <param name="Truth">Whether the right answer is yes.</param>
/// <param name="Text">What the model said; may be empty.</param>
public sealed record MmeResponse(DataPlace Place, string Task, string Picture, string Question, bool Truth, string Text)
{
    /// <summary>
    /// Reads a folder of results, a file task.txt for each task with four fields a line, tabs between them: picture, question, Yes or No, and the
    /// response. Two lines that follow each other belong to one picture; calculation.py relies on that, and here it is checked.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tasks">The tasks, whose files must all be there; null for all 14.</param>
    /// <exception cref="DataException">A file is missing or not as described.</exception>
    public static IEnumerable<MmeResponse> Read(string folder, IReadOnlyList<string>? tasks = null) =>
        (tasks ?? MmeTasks.All).SelectMany(task => ReadTask(Path.Combine(folder, task + ".txt"), task));

    /// <summary>Responses of which each has its question, and each question its response; whatever the order.</summary>
    /// <param name="responses">The responses.</param>
    /// <param name="questions">The questions, held in memory.</param>
    /// <exception cref="DataException">A response has no such question, or states another truth; or a question has no response.</exception>
    public static IEnumerable<MmeResponse> Matching(IEnumerable<MmeResponse> responses, IEnumerable<MmeQuestion> questions)
    {
        var open = questions.ToDictionary(question => (question.Task, Path.GetFileName(question.Picture), question.Text));
        foreach (MmeResponse response in responses)
        {
            if (!open.Remove((response.Task, response.Picture, response.Question), out MmeQuestion? question))
            {
                throw new DataException(
                    response.Place,
                    $"answers a question about {Printable.Name(response.Picture)} that the task does not ask, or asks once only: {Printable.Name(response.Question)}");
            }

            yield return question.IsYes == response.Truth ? response : throw new DataException(response.Place.Of("ground truth"), $"is not that of {question.Place}");
        }

        if (open.Count > 0)
        {
            throw new DataException(open.Values.First().Place, $"has no response in the results, and neither have {open.Count - 1} other questions");
        }
    }

    /// <summary>Yes or No, in capitals or not.</summary>
    internal static bool IsYes(string text, DataPlace place) => text.ToLowerInvariant() switch
    {
        "yes" => true,
        "no" => false,
        _ => throw new DataException(place, $"is {Printable.Name(text)}; Yes or No is needed"),
    };

    private static IEnumerable<MmeResponse> ReadTask(string file, string task)
    {
        var pictures = new HashSet<string>(StringComparer.Ordinal);
        MmeResponse? first = null;
        foreach (TextLine line in TextLines.Read(file))
        {
            MmeResponse response = Parse(line, task);
            if (first is null)
            {
                if (!pictures.Add(response.Picture))
                {
                    throw new DataException(line.Place, $"has the picture {Printable.Name(response.Picture)}, whose two lines came before");
                }

                first = response;
                continue;
            }

            if (response.Picture != first.Picture)
            {
                throw new DataException(
                    line.Place, $"has the picture {Printable.Name(response.Picture)}, but is the second line of {Printable.Name(first.Picture)}; each has two successive lines");
            }

            if (response.Question == first.Question)
            {
                throw new DataException(line.Place, "repeats the line before it; a picture has two questions");
            }

            yield return first;
            yield return response;
            first = null;
        }

        if (first is not null)
        {
            throw new DataException(first.Place, $"has no second line of the picture {Printable.Name(first.Picture)}: the file ends too early");
        }

        if (pictures.Count == 0)
        {
            throw new DataException(new DataPlace(file), "is empty; the task has no results");
        }
    }

    private static MmeResponse Parse(TextLine line, string task)
    {
        string[] fields = line.Text.Split('\t');
        if (fields.Length != 4 || fields[0].Length == 0)
        {
            throw new DataException(line.Place, $"has {fields.Length} fields; four are needed, with tabs between them: picture, question, Yes or No, and the response");
        }

        return new MmeResponse(line.Place, task, fields[0], fields[1], IsYes(fields[2], line.Place.Of("ground truth")), fields[3]);
    }
}
