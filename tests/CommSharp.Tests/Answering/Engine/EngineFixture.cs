using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Text;

namespace CommSharp.Tests.Answering.Engine;

/// <summary>Engines of the bundled model, and questions to put to them.</summary>
internal static class EngineFixture
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static AnswerEngine Load(AnswerEngineOptions? options = null) =>
        AnswerEngine.Load(MultimodalFolder.Open(BundledModel.Folder), TensorOptions.Default, options);

    public static Assistant LoadAssistant() => Assistant.Load(MultimodalFolder.Open(BundledModel.Folder), TensorOptions.Default);

    public static RgbImage Picture(int seed, int width = 60, int height = 50)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>A question of its own for every number: with and without pictures, long and short, greedy and drawn.</summary>
    public static Question Question(int number)
    {
        var options = new GenerationOptions
        {
            MaxTokens = 4 + (7 * number % 29),
            Temperature = number % 3 == 1 ? 1.2 : 0,
            TopK = number % 2 == 0 ? 0 : 40,
            Seed = (ulong)number,
        };
        string text = string.Join(' ', Enumerable.Repeat("What is this?", 1 + (number % 5)));
        return number % 4 == 3
            ? new Question { Conversation = new Conversation([Turn.User(text)]), Options = options }
            : CommSharp.Answering.Question.About(Picture(number % 6, 40 + number, 50), text) with { Options = options };
    }

    /// <summary>A question whose answer is a text of the test's.</summary>
    public static Question Scripted(AnswerEngine engine, string text, GenerationOptions? options = null) =>
        CommSharp.Answering.Question.About(Picture(1), "Say it.") with { Options = options ?? new(), Constraint = () => ScriptedTokens.Of(engine.Tokenizer, text) };

    /// <summary>A question whose answer takes as long as the context allows, unless it is given up.</summary>
    public static Question Endless(int seed = 1) => CommSharp.Answering.Question.About(Picture(seed), "Tell me everything.") with
    {
        Options = new GenerationOptions { MaxTokens = 10_000 },
        Constraint = () => new ScriptedTokens(() => 100),
    };

    public static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(1, Cancellation);
        }
    }
}
