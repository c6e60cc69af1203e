using CommSharp.Answering;
using CommSharp.Answering.Engine;

namespace CommSharp.Tests.Answering.Engine;

public sealed class AnswerEngineTests
{
    [Fact]
    public async Task Answers_that_are_generated_together_are_what_each_question_gets_alone()
    {
        Question[] questions = [.. Enumerable.Range(0, 40).Select(EngineFixture.Question)];
        using Assistant alone = EngineFixture.LoadAssistant();
        Answer[] expected = [.. questions.Select(question => alone.Ask(question, cancellationToken: EngineFixture.Cancellation))];

        using AnswerEngine engine = EngineFixture.Load(new AnswerEngineOptions { MaxRows = 7 });
        Answer[] together = await Task.WhenAll(questions.Select(question => engine.AskAsync(question, EngineFixture.Cancellation)));
        for (int i = 0; i < questions.Length; i++)
        {
            Assert.Equal(expected[i].Text, together[i].Text);
            Assert.Equal(expected[i].Finish, together[i].Finish);
            Assert.Equal(expected[i].Usage with { ReusedTokens = 0 }, together[i].Usage);
        }

        EngineMeasures measures = engine.Measures;
        Assert.Equal(7, measures.MostRows);
        Assert.Equal(40, measures.Answered);
        Assert.True(measures.Tokens > 3 * measures.Steps, $"{measures.Tokens} tokens took {measures.Steps} steps");
    }
}
