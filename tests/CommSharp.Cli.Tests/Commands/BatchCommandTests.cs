using System.Text.Json;
using CommSharp.Cli.Commands;

namespace CommSharp.Cli.Tests.Commands;

public sealed class BatchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BatchCommandTests() => File.Copy(BundledModel.Picture, _folder["table.png"]);

    private string Answers => _folder["answers.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Answers_come_in_order_and_are_those_of_ask()
    {
        Outcome outcome = await BatchAsync(
            ["""{"id": 7, "image": "table.png", "question": "Where is the cup?"}""", "", """{"id": "b", "images": ["table.png", "table.png"], "question": "Compare.", "maxTokens": 3}""", """{"question": "Hello"}""", """{"image": "table.png", "question": "What is at <point 160,120>?", "boxes": "only", "maxTokens": 60}"""],
            "--json");
        Assert.Equal(0, outcome.ExitCode);
        JsonElement[] answers = Read();
        Assert.Equal([1, 3, 4, 5], answers.Select(answer => answer.GetProperty("line").GetInt32()));
        Assert.Equal(7, answers[0].GetProperty("id").GetInt32());
        Assert.Equal("b", answers[1].GetProperty("id").GetString());
        Assert.False(answers[2].TryGetProperty("id", out _));
        Assert.Equal("length", answers[1].GetProperty("finish").GetString());
        Assert.Equal(3, answers[1].GetProperty("usage").GetProperty("answerTokens").GetInt32());
        JsonElement region = answers[3].GetProperty("phrases")[0].GetProperty("regions")[0];
        Assert.Equal((4, 4), (region.GetProperty("normalized").GetArrayLength(), region.GetProperty("pixels").GetArrayLength()));

        Outcome asked = await CommandLine.RunAsync(new AskCommand(), "ask", BundledModel.Picture, "Where is the cup?", "--model", BundledModel.Folder, "--max-tokens", "12", "--json");
        using var alone = JsonDocument.Parse(asked.Output);
        Assert.Equal(alone.RootElement.GetProperty("answer").GetProperty("text").GetString(), answers[0].GetProperty("text").GetString());

        using var summary = JsonDocument.Parse(outcome.Output);
        Assert.Equal((4, 4, 0), (Number(summary, "lines"), Number(summary, "answered"), Number(summary, "failed")));
        Assert.Equal((1, 4), (Number(summary, "visionCalls"), Number(summary, "mostTogether")));
    }

    [Fact]
    public async Task A_line_that_cannot_be_answered_says_why_and_the_others_are()
    {
        (string Line, string Problem)[] bad =
        [
            ("""{"id": 1, "image": "no.png", "question": "?"}""", "no.png"),
            ("{\"id\": 2, \"question\": \"cut", "not valid JSON"),
            ("[1]", "no JSON object"),
            ("""{"id": 4, "question": "?", "max_tokens": 3}""", "'max_tokens', which is not known"),
            ("""{"id": 5, "question": 3}""", "\"question\" that is not a text"),
            ("""{"id": 6, "question": "?", "temperature": -1}""", "temperature"),
            ("""{"id": 7}""", "neither a question nor an image"),
            ("""{"id": 8, "image": "table.png", "question": "<point 400,1>"}""", "outside of the picture"),
            ("""{"id": [9], "question": "?"}""", "\"id\" that is not a text or a number"),
            ("""{"id": 10, "question": "?", "boxes": "some"}""", "none, constrained or only"),
            ("""{"id": 11, "question": "?", "question": "?"}""", "not valid JSON"),
            ("""{"id": 12, "question": "half \ud83d"}""", "\"question\" that is not a text"),
            ("""{"id": "\ud83d", "question": "?"}""", "\"id\" that is not a text or a number"),
            ("""{"id": 14, "image": "a\u0000b", "question": "?"}""", "\"image\" that is not a path"),
            ("""{"id": 15, "question": "?", "boxes": "\ud83d"}""", "none, constrained or only"),
        ];
        Outcome outcome = await BatchAsync([.. bad.Select(each => each.Line), """{"id": 99, "question": "Hello"}"""]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("15 of 16 questions were not answered", outcome.Error, StringComparison.Ordinal);
        JsonElement[] answers = Read();
        Assert.Equal(16, answers.Length);
        for (int i = 0; i < bad.Length; i++)
        {
            Assert.Contains(bad[i].Problem, answers[i].GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(1, answers[0].GetProperty("id").GetInt32());
        Assert.NotEmpty(answers[15].GetProperty("text").GetString()!);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_and_gives_the_same_file()
    {
        string[] questions = [.. Enumerable.Range(0, 6).Select(i => $$"""{"id": {{i}}, "image": "table.png", "question": "Question {{i}}?"}""")];
        await BatchAsync(questions);
        byte[] whole = await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken);
        int third = Array.IndexOf(whole, (byte)'\n', Array.IndexOf(whole, (byte)'\n') + 1) + 1;
        foreach (int length in new[] { third, third + 20, whole.Length - 1, 0 })
        {
            await File.WriteAllBytesAsync(Answers, whole[..length], TestContext.Current.CancellationToken);
            Outcome outcome = await BatchAsync(questions);
            Assert.Equal(0, outcome.ExitCode);
            Assert.Equal(whole, await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken));
        }

        Outcome nothingLeft = await BatchAsync(questions, "--model", "nowhere");
        Assert.Equal((0, "0 of 6 questions answered, 6 before"), (nothingLeft.ExitCode, nothingLeft.Output.Split(", 0 failed")[0]));
        Assert.Contains("6 of 6", (await BatchAsync(questions, "--fresh")).Output, StringComparison.Ordinal);
        Assert.Equal(whole, await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answers_of_something_else_are_neither_taken_nor_overwritten()
    {
        await BatchAsync(["""{"id": 1, "question": "One?"}""", """{"id": 2, "question": "Two?"}"""]);
        byte[] before = await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken);
        string[][] others = [["""{"id": 1, "question": "One?"}"""], ["""{"id": 3, "question": "One?"}""", """{"id": 2, "question": "Two?"}"""], ["""{"id": 1, "question": "Other?"}""", """{"id": 2, "question": "Two?"}"""]];
        foreach (string[] questions in others)
        {
            Outcome outcome = await BatchAsync(questions);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains("answers another question", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken));
        }

        foreach (string text in new[] { "a letter to my aunt\n", "{\"images\": [], \"annotations\": []}" })
        {
            await File.WriteAllTextAsync(Answers, text, TestContext.Current.CancellationToken);
            Outcome letter = await BatchAsync(others[0]);
            Assert.Contains("line 1: is no answer of this verb", letter.Error, StringComparison.Ordinal);
            Assert.Equal(text, await File.ReadAllTextAsync(Answers, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Answers_about_other_pictures_are_not_taken_and_nothing_is_thrown_away_for_a_model_that_is_not_there()
    {
        File.Copy(BundledModel.Picture, _folder["other.png"]);
        await BatchAsync(["""{"image": "table.png", "question": "What is it?"}"""]);
        byte[] before = await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken);
        Assert.Contains("answers another question", (await BatchAsync(["""{"image": "other.png", "question": "What is it?"}"""])).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await BatchAsync(["""{"image": "other.png", "question": "What is it?"}"""], "--fresh", "--model", _folder["nowhere"])).ExitCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(Answers, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Mistakes_are_told_before_a_model_is_loaded()
    {
        string questions = _folder.Write("questions.jsonl", "{}");
        Outcome[] wrong =
        [
            await RunAsync(questions, "--out", questions),
            await RunAsync(questions, "--out", Answers, "--together", "0"),
            await RunAsync(questions, "--out", Answers, "--temperature", "-1"),
        ];
        Assert.All(wrong, outcome => Assert.Equal(2, outcome.ExitCode));
        Outcome missing = await RunAsync(_folder["no.jsonl"], "--out", Answers);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("no.jsonl", missing.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("there is no folder", (await RunAsync(questions, "--out", _folder["no", "a.jsonl"])).ErrorLine, StringComparison.Ordinal);

        static Task<Outcome> RunAsync(string questions, params string[] more) => CommandLine.RunAsync(new BatchCommand(), ["batch", questions, "--model", "nowhere", .. more]);
    }

    private static int Number(JsonDocument summary, string member) => summary.RootElement.GetProperty(member).GetInt32();

    private Task<Outcome> BatchAsync(string[] questions, params string[] more)
    {
        string file = _folder.Write("questions.jsonl", string.Join('\n', questions));
        string[] model = more.Contains("--model") ? [] : ["--model", BundledModel.Folder];
        return CommandLine.RunAsync(new BatchCommand(), ["batch", file, "--out", Answers, "--max-tokens", "12", .. model, .. more]);
    }

    private JsonElement[] Read() => [.. File.ReadAllLines(Answers).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
}
