using CommSharp.Data.Formats.Mme;
using CommSharp.Data.Formats.Pope;
using CommSharp.Data.Formats.Vqa;
using CommSharp.Evaluation.Metrics.Mme;
using CommSharp.Evaluation.Metrics.Pope;
using CommSharp.Evaluation.Metrics.Vqa;

namespace CommSharp.Evaluation.Tests.Metrics;

/// <summary>The files with expected values, and which of them were opened.</summary>
internal sealed class AnswerFixtures
{
    private readonly HashSet<string> _opened = new(StringComparer.Ordinal);

    /// <summary>Paths as the manifest has them.</summary>
    public IReadOnlySet<string> Opened => _opened;

    /// <summary>A file of the repository.</summary>
    public string Local(string path)
    {
        _opened.Add(path);
        return System.IO.Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "metrics", path);
    }

    /// <summary>A file that is only beside the repository; the test is skipped without it.</summary>
    public string Shared(string path)
    {
        _opened.Add(path);
        return SharedFolder.Require(path.StartsWith("../", StringComparison.Ordinal) ? path[3..] : System.IO.Path.Combine("metrics", path));
    }

    public IEnumerable<VqaItem> Vqa(string annotations, string results) => VqaAnswer
        .Match(VqaAnnotation.Read(Local(annotations)), VqaAnswer.Read(Local(results)))
        .Select(pair => VqaItem.Of(pair.Annotation, pair.Answer));

    public static IEnumerable<PopeItem> Pope(string questions, string answers) => PopeAnswer
        .Match(PopeQuestion.Read(questions), PopeAnswer.Read(answers))
        .Select(pair => new PopeItem(pair.Question.Id, pair.Question.IsYes, pair.Answer.Answer));

    public IEnumerable<MmeItem> Mme()
    {
        string[] files = [.. MmeTasks.All.Select(task => Local($"mme/results/{task}.txt"))];
        return MmeResponse.Read(System.IO.Path.GetDirectoryName(files[0])!)
            .Select(each => new MmeItem(each.Task, each.Picture, each.Question, each.Truth, each.Text));
    }
}
