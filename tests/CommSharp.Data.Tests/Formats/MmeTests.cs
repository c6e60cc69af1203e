using System.Text.Json;
using CommSharp.Data.Checking;
using CommSharp.Data.Formats.Mme;
using CommSharp.Data.Pictures;

namespace CommSharp.Data.Tests.Formats;

public sealed class MmeTests : IDisposable
{
    private const string Release = "MME_Benchmark_release_version";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Both_layouts_give_two_questions_a_picture()
    {
        string folder = AnswerSamples.Fixture("formats", "mme", Release);
        MmeQuestion[] questions = [.. RecordCheck.Passing(MmeQuestion.Read(folder), new PictureFolder(folder))];
        using var summary = JsonDocument.Parse(File.ReadAllBytes(AnswerSamples.Fixture("formats", "expected_summary.json")));
        IEnumerable<(string?, string?, string?, bool)> expected = summary.RootElement.GetProperty("mme").EnumerateArray()
            .SelectMany(item => item.GetProperty("lines").EnumerateArray().Select(line =>
                (item.GetProperty("task").GetString(), item.GetProperty("image").GetString(), line[0].GetString(), line[1].GetString() == "Yes")));
        Assert.Equal(expected, questions.Select(question => ((string?)question.Task, (string?)Path.GetFileName(question.Picture), (string?)question.Text, question.IsYes)));
        Assert.Equal(["existence/000000000009.jpg#1", "existence/000000000009.jpg#2"], questions.Take(2).Select(question => question.Id));
        Assert.Equal("artwork/images/25.png", questions[4].Picture);
    }

    [Fact]
    public void Every_task_may_have_either_layout()
    {
        string folder = AnswerSamples.CopyFolder(_folder, "formats", "mme", Release);
        int before = MmeQuestion.Read(folder).Count();
        foreach (string task in MmeTasks.All.Except(["existence", "artwork"]))
        {
            CopyTask(folder, "existence", task);
        }

        Assert.Equal(before + (12 * 4), MmeQuestion.Read(folder, MmeTasks.All).Count());
        foreach (string task in MmeTasks.All.Except(["artwork"]))
        {
            Directory.Delete(Path.Combine(folder, task), recursive: true);
            CopyTask(folder, "artwork", task);
        }

        Assert.Equal(14 * 4, MmeQuestion.Read(folder, MmeTasks.All).Count());
    }

    public static TheoryData<string, Action<string>, string, string> BrokenFolders => new()
    {
        { "cut", folder => Damage.CutInTheMiddle(File9(folder)), "000000000009.txt, line 1, field 'answer'", "is 'Y'" },
        { "one question", folder => File.WriteAllLines(File9(folder), File.ReadAllLines(File9(folder))[..1]), "000000000009.txt", "has 1 questions" },
        { "three questions", folder => File.AppendAllText(File9(folder), "\nIs it?\tNo"), "000000000009.txt", "has 3 questions" },
        { "one question twice", folder => Damage.Replace(File9(folder), "a bicycle", "a red square"), "000000000009.txt, line 2", "repeats" },
        { "not UTF-8", folder => Damage.SpoilUtf8(File9(folder), "bicycle"), "000000000009.txt, line 2", "not UTF-8" },
        { "no answer", folder => Damage.Replace(File9(folder), "\tYes", ""), "000000000009.txt, line 1", "is not a question" },
        { "maybe", folder => Damage.Replace(File9(folder), "\tYes", "\tMaybe"), "000000000009.txt, line 1, field 'answer'", "is 'Maybe'" },
        { "no picture", folder => File.Delete(Path.ChangeExtension(File9(folder), ".jpg")), "000000000009.txt", "has no picture" },
        { "no text", folder => File.Delete(File9(folder)), "000000000009.jpg", "has no questions" },
        { "two pictures", folder => File.Copy(Path.ChangeExtension(File9(folder), ".jpg"), Path.ChangeExtension(File9(folder), ".png")), "000000000009.png", "the second picture" },
        { "no folder of pictures", folder => Directory.Delete(Path.Combine(folder, "artwork", "images"), recursive: true), "images", "no such folder" },
        { "no task", folder => { Directory.Delete(Path.Combine(folder, "existence"), true); Directory.Delete(Path.Combine(folder, "artwork"), true); }, Release, "no folder of a task" },
        { "nothing", folder => Directory.Delete(folder, recursive: true), Release, "no such folder" },
    };

    [Theory]
    [MemberData(nameof(BrokenFolders))]
    public void A_broken_folder_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string folder = AnswerSamples.CopyFolder(_folder, "formats", "mme", Release);
        damage(folder);
        AnswerSamples.AssertRefused(MmeQuestion.Read(folder), place, problem);
    }

    [Fact]
    public void A_task_that_is_asked_for_must_be_there() => AnswerSamples.AssertRefused(
        MmeQuestion.Read(AnswerSamples.Fixture("formats", "mme", Release), ["count"]), "count", "no such folder");

    [Fact]
    public void A_picture_that_is_none_is_named()
    {
        string folder = AnswerSamples.CopyFolder(_folder, "formats", "mme", Release);
        File.WriteAllText(Path.ChangeExtension(File9(folder), ".jpg"), "no picture");
        AnswerSamples.AssertRefused(RecordCheck.Passing(MmeQuestion.Read(folder), new PictureFolder(folder)), "000000000009.txt, line 1", "not a picture");
    }

    [Fact]
    public void Results_are_two_lines_a_picture()
    {
        MmeResponse[] responses = [.. MmeResponse.Read(AnswerSamples.Fixture("metrics", "mme", "results"))];
        Assert.Equal(246, responses.Length);
        Assert.Equal(MmeTasks.All, responses.Select(response => response.Task).Distinct());
        Assert.Equal(("existence", 22), (responses[0].Task, responses.Count(response => response.Task == "existence")));
        MmeResponse count = responses.First(response => response.Task == "count");
        Assert.Equal(("000000475003.jpg", "Are there three people in the image? Please answer yes or no.", true, "Yes, it is."), (count.Picture, count.Question, count.Truth, count.Text));
    }

    public static TheoryData<string, Action<string>, string, string> BrokenResults => new()
    {
        { "cut", Damage.CutInTheMiddle, "count.txt, line ", "" },
        { "no tabs", file => Damage.Replace(file, "\tYes\t", " Yes "), "count.txt, line 1", "has 2 fields" },
        { "a tab in the response", file => Damage.Replace(file, "Yes, it is.", "Yes,\tit is."), "count.txt, line 1", "has 5 fields" },
        { "not UTF-8", file => Damage.SpoilUtf8(file, "Now I see it"), "count.txt, line 2", "not UTF-8" },
        { "no truth", file => Damage.Replace(file, "\tYes\t", "\t\t"), "count.txt, line 1, field 'ground truth'", "is ''" },
        { "no picture", file => Damage.Replace(file, "000000475003.jpg", ""), "count.txt, line 1", "four are needed" },
        { "another picture", file => Damage.Replace(file, "000000475003.jpg", "1.jpg"), "count.txt, line 2", "is the second line of '1.jpg'" },
        { "a line twice", file => Damage.RepeatLine(file, 1), "count.txt, line 23", "whose two lines came before" },
        { "one question twice", file => Damage.Replace(file, "two people", "three people"), "count.txt, line 2", "repeats the line before it" },
        { "one line less", file => File.WriteAllLines(file, File.ReadAllLines(file)[..21]), "count.txt, line 21", "ends too early" },
        { "empty", file => File.WriteAllText(file, ""), "count.txt", "is empty" },
        { "missing", File.Delete, "count.txt", "no such file" },
    };

    [Theory]
    [MemberData(nameof(BrokenResults))]
    public void A_broken_results_file_is_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        string folder = AnswerSamples.CopyFolder(_folder, "metrics", "mme", "results");
        damage(Path.Combine(folder, "count.txt"));
        AnswerSamples.AssertRefused(MmeResponse.Read(folder), place, problem);
    }

    public static TheoryData<string, Action<string>, string, string> OtherResults => new()
    {
        { "another question", file => Damage.Replace(file, "a bicycle", "a cat"), "existence.txt, line 2", "does not ask" },
        { "another picture", file => File.WriteAllText(file, File.ReadAllText(file).Replace("000000000009.jpg", "9.jpg", StringComparison.Ordinal)), "existence.txt, line 1", "'9.jpg'" },
        { "another truth", file => Damage.Replace(file, "\tYes\t", "\tNo\t"), "existence.txt, line 1, field 'ground truth'", "000000000009.txt, line 1" },
        { "a picture less", file => File.WriteAllLines(file, File.ReadAllLines(file)[..2]), "000000000025.txt", "has no response" },
    };

    [Theory]
    [MemberData(nameof(OtherResults))]
    public void Results_that_do_not_match_the_questions_are_refused(string name, Action<string> damage, string place, string problem)
    {
        Assert.NotEmpty(name);
        MmeQuestion[] questions = [.. MmeQuestion.Read(AnswerSamples.Fixture("formats", "mme", Release), ["existence"])];
        string file = _folder.Write("existence.txt", string.Concat(questions.Select(question =>
            $"{Path.GetFileName(question.Picture)}\t{question.Text}\t{(question.IsYes ? "Yes" : "No")}\tYes\n")));
        Assert.Equal(4, MmeResponse.Matching(MmeResponse.Read(_folder.Path, ["existence"]), questions).Count());
        damage(file);
        AnswerSamples.AssertRefused(MmeResponse.Matching(MmeResponse.Read(_folder.Path, ["existence"]), questions), place, problem);
    }

    private static string File9(string folder) => Path.Combine(folder, "existence", "000000000009.txt");

    private static void CopyTask(string folder, string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(folder, from), "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, to, Path.GetRelativePath(Path.Combine(folder, from), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
