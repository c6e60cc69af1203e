using CommSharp.Checkpoints;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Mme;

/// <summary>One of the two questions that MME asks about a picture.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Task">The task.</param>
/// <param name="Picture">The picture's path below the folder of all tasks.</param>
/// <param name="Number">1 or 2: the first or the second question about the picture.</param>
/// <param name="Text">The question.</param>
/// <param name="IsYes">Whether the right answer is yes.</param>
public sealed record MmeQuestion(DataPlace Place, string Task, string Picture, int Number, string Text, bool IsYes) : IDataRecord
{
    private static readonly string[] PictureEndings = [".jpg", ".png"];

    /// <inheritdoc/>
    public string Id => $"{Picture}#{Number}";

    /// <inheritdoc/>
    public PictureSize? StatedSize => null;

    /// <inheritdoc/>
    public IEnumerable<RecordBox> Boxes => [];

    /// <inheritdoc/>
    public IEnumerable<RecordText> Texts => [new RecordText(Task, Text), new RecordText("answer", IsYes ? "Yes" : "No")];

    /// <summary>
    /// Reads the questions of a folder with a folder for each task. In a task's folder a picture and its text file stand side by side, or below
    /// images/ and questions_answers_YN/.
    /// </summary>
    /// <param name="folder">The folder, such as MME_Benchmark_release_version.</param>
    /// <param name="tasks">The tasks to read, each of which must be there; null for those that are.</param>
    /// <exception cref="DataException">There is no such folder or task, a text file is not as MME's are, or a picture and a text file have no counterpart.</exception>
    public static IEnumerable<MmeQuestion> Read(string folder, IReadOnlyList<string>? tasks = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException(new DataPlace(folder), "no such folder; check the path");
        }

        string[] present = [.. (tasks ?? MmeTasks.All).Where(task => tasks is not null || Directory.Exists(Path.Combine(folder, task)))];
        if (present.Length == 0)
        {
            throw new DataException(new DataPlace(folder), $"holds no folder of a task of MME, such as {MmeTasks.All[0]}");
        }

        foreach (MmeQuestion question in present.SelectMany(task => ReadTask(folder, task)))
        {
            yield return question;
        }
    }

    private static IEnumerable<MmeQuestion> ReadTask(string folder, string task)
    {
        string texts = Path.Combine(folder, task), pictures = task;
        if (!Directory.Exists(texts))
        {
            throw new DataException(new DataPlace(texts), "no such folder; the task's pictures and questions belong there");
        }

        if (Directory.Exists(Path.Combine(texts, "questions_answers_YN")))
        {
            (texts, pictures) = (Path.Combine(texts, "questions_answers_YN"), $"{task}/images");
        }

        string[] files = [.. Files(texts, ".txt")];
        Dictionary<string, string> pictureOf = Pictures(folder, pictures, files);
        return files.SelectMany(file => ReadFile(file, task, pictureOf[Path.GetFileNameWithoutExtension(file)]));
    }

    private static IEnumerable<string> Files(string folder, params string[] endings) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(file => endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal)
        : throw new DataException(new DataPlace(folder), "no such folder, though the task's questions are in a folder beside it");

    /// <summary>Every text file's picture; none may lack the other, or the number of questions would shrink unseen.</summary>
    private static Dictionary<string, string> Pictures(string folder, string below, IReadOnlyList<string> texts)
    {
        var pictures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Files(Path.Combine(folder, below), PictureEndings))
        {
            if (!pictures.TryAdd(Path.GetFileNameWithoutExtension(file), $"{below}/{Path.GetFileName(file)}"))
            {
                throw new DataException(new DataPlace(file), "is the second picture of this name; which of them do the questions mean?");
            }
        }

        var named = texts.Select(text => Path.GetFileNameWithoutExtension(text)!).ToHashSet(StringComparer.Ordinal);
        string? without = pictures.Keys.FirstOrDefault(name => !named.Contains(name));
        if (without is not null)
        {
            throw new DataException(new DataPlace(Path.Combine(folder, pictures[without])), $"has no questions: there is no file {Printable.Name(without + ".txt")} for it");
        }

        string? lonely = texts.FirstOrDefault(text => !pictures.ContainsKey(Path.GetFileNameWithoutExtension(text)));
        return lonely is null
            ? pictures
            : throw new DataException(
                new DataPlace(lonely),
                $"has no picture: there is none of this name in {Path.Combine(folder, below)} that ends in {string.Join(" or ", PictureEndings)}");
    }

    private static List<MmeQuestion> ReadFile(string file, string task, string picture)
    {
        var questions = new List<MmeQuestion>();
        foreach (TextLine line in TextLines.Read(file))
        {
            string[] fields = line.Text.Split('\t');
            if (fields.Length != 2 || string.IsNullOrWhiteSpace(fields[0]))
            {
                throw new DataException(line.Place, "is not a question, a tab, and Yes or No");
            }

            if (questions.Any(question => question.Text == fields[0]))
            {
                throw new DataException(line.Place, "repeats the question before it");
            }

            questions.Add(new MmeQuestion(line.Place, task, picture, questions.Count + 1, fields[0], MmeResponse.IsYes(fields[1], line.Place.Of("answer"))));
        }

        return questions.Count == 2
            ? questions
            : throw new DataException(new DataPlace(file), $"has {questions.Count} questions; MME asks two about each picture");
    }
}
