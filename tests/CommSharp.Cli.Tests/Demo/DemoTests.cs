using System.Text.Json;
using CommSharp.Answering;
using CommSharp.Cli.Commands;
using CommSharp.Cli.Demo;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Text;

namespace CommSharp.Cli.Tests.Demo;

/// <summary>Five questions about a fresh scene, and a fair judgement of the answers.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_scene_is_asked_five_questions_and_the_page_shows_them()
    {
        Outcome outcome = await DemoAsync("--scene", "3", "--json");
        Assert.Equal(0, outcome.ExitCode);
        using var report = JsonDocument.Parse(outcome.Output);
        Assert.Equal(
            ["where", "what is here", "how many", "is there", "describe"],
            report.RootElement.GetProperty("questions").EnumerateArray().Select(question => question.GetProperty("asks").GetString()!));
        string page = await File.ReadAllTextAsync(_folder["demo.html"], TestContext.Current.CancellationToken);
        Assert.Equal(5, page.Split("<article>").Length - 1);
        Assert.Contains($"Scene {report.RootElement.GetProperty("seed").GetInt64()}", page, StringComparison.Ordinal);

        Outcome again = await DemoAsync("--scene", "3");
        Assert.Contains("of 5 right", again.Output, StringComparison.Ordinal);
        Assert.Equal(page, await File.ReadAllTextAsync(_folder["demo.html"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_number_below_zero_and_a_missing_folder_are_told_before_the_model_works()
    {
        Assert.Equal(2, (await DemoAsync("--scene", "-1")).ExitCode);
        Outcome outcome = await CommandLine.RunAsync(new DemoCommand(), "demo", "--model", BundledModel.Folder, "--html", _folder["missing/demo.html"]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("missing", outcome.ErrorLine, StringComparison.Ordinal);
    }

    /// <summary>A model that knew everything would be right in every scene, and one that answers about another scene nearly nowhere.</summary>
    [Fact]
    public void True_answers_are_right_and_those_of_another_scene_are_not()
    {
        int right = 0, exchanged = 0, asked = 0;
        for (int number = 0; number < 40; number++)
        {
            DemoQuestion[] own = [.. DemoQuestion.Of(DemoScene.Draw(number))], others = [.. DemoQuestion.Of(DemoScene.Draw(number + 1000))];
            asked += own.Length;
            right += own.Count(question => question.IsRight(Truth(question)));
            exchanged += own.Zip(others).Count(pair => pair.First.IsRight(Truth(pair.Second)));
        }

        Assert.Equal(asked, right);
        Assert.InRange(exchanged, 0, asked / 2); // counts and yes or no may agree by chance
    }

    private static Answer Truth(DemoQuestion question)
    {
        string text = question.Short switch
        {
            "where" => "Answer: [box] .",
            "describe" => $"There is {string.Join(", ", question.Expected.Split(", ").Select(kind => (kind[0] == 'o' ? "an " : "a ") + kind))}.",
            "what is here" => question.Expected,
            _ => $"The answer is {question.Expected}.",
        };
        AnswerPhrase[] phrases = question is { Short: "where", TrueBox: { } box }
            ? [new AnswerPhrase("", new TextSpan(0, 0), new TextSpan(0, 0), [new AnswerRegion(new NormalizedBox(0, 0, 1, 1), box)], [], 1)]
            : [];
        return new Answer(text, phrases, [], FinishReason.Stop, new AnswerUsage(0, 0, 0, 0), new AnswerTiming(0, 0, 0));
    }

    private Task<Outcome> DemoAsync(params string[] more) =>
        CommandLine.RunAsync(new DemoCommand(), ["demo", "--model", BundledModel.Folder, "--html", _folder["demo.html"], .. more]);
}
