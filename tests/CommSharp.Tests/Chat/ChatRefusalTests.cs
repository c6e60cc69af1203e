using CommSharp.Answering.Engine;
using CommSharp.Chat;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Tests.Answering.Engine;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Tests.Chat;

/// <summary>Whatever cannot be honoured is refused by its name, streamed or not, and the engine never hears of it.</summary>
public sealed class ChatRefusalTests : IDisposable
{
    private static readonly DataContent Picture = new(File.ReadAllBytes(BundledModel.Picture), "image/png");

    private readonly AnswerEngine _engine = EngineFixture.Load();

    public static TheoryData<string, ChatOptions> Options => new()
    {
        { "Tools", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] } },
        { "ToolMode", new ChatOptions { ToolMode = ChatToolMode.RequireAny } },
        { "ResponseFormat", new ChatOptions { ResponseFormat = ChatResponseFormat.Json } },
        { "FrequencyPenalty", new ChatOptions { FrequencyPenalty = 0.5f } },
        { "PresencePenalty", new ChatOptions { PresencePenalty = 0.5f } },
        { "Reasoning", new ChatOptions { Reasoning = new ReasoningOptions() } },
        { "ConversationId", new ChatOptions { ConversationId = "7" } },
        { "AdditionalProperties (top_a, x)", new ChatOptions { AdditionalProperties = new() { ["top_a"] = 1, ["x"] = 2 } } },
        { "RawRepresentationFactory gives a String", new ChatOptions { RawRepresentationFactory = _ => "?" } },
        { "ModelId is \"gpt-x\"", new ChatOptions { ModelId = "gpt-x" } },
        { "temperature", new ChatOptions { Temperature = -1 } },
        { "top-p", new ChatOptions { TopP = 2 } },
        { "top-k", new ChatOptions { TopK = -1 } },
        { "number of tokens", new ChatOptions { MaxOutputTokens = 0 } },
        { "stop text", new ChatOptions { StopSequences = [""] } },
        { "repetition penalty", new ChatOptions { RawRepresentationFactory = _ => new CommChatOptions { RepetitionPenalty = 0 } } },
    };

    public static TheoryData<string, ChatMessage[]> Messages => new()
    {
        { "last message must be the user's", [] },
        { "last message must be the user's", [User(new TextContent("a")), new(ChatRole.Assistant, "b")] },
        { "DataContent of type audio/wav", [User(new DataContent(new byte[] { 1 }, "audio/wav"))] },
        { "https://example.org/cup.png", [User(new UriContent("https://example.org/cup.png", "image/png"))] },
        { "FunctionResultContent is not supported in a user's message", [User(new FunctionResultContent("1", "x"))] },
        { "DataContent is not supported in an assistant's message", [User(new TextContent("a")), new(ChatRole.Assistant, [Picture]), User(new TextContent("b"))] },
        { "DataContent is not supported in a system message", [new(ChatRole.System, [Picture]), User(new TextContent("b"))] },
        { "role \"tool\"", [User(new TextContent("a")), new(ChatRole.Tool, "b")] },
        { "role \"critic\"", [new(new ChatRole("critic"), "b")] },
        { "Message 2 is a system message amid", [User(new TextContent("a")), new(ChatRole.System, "b")] },
        { "not its turn", [new(ChatRole.Assistant, "b"), User(new TextContent("a"))] },
        { "empty question", [User(new TextContent(" "))] },
        { "picture 0, counted from 0, but 0 have been shown", [User(new RegionContent { ImageIndex = 0, Point = new PixelPoint(1, 1) })] },
        { "picture -1, counted from 0, but 0 have been shown", [User(new RegionContent { Point = new PixelPoint(1, 1) })] },
        { "either a box or a point", [User(Picture, new RegionContent())] },
        { "no box with an area within its picture of 320 x 240", [User(Picture, new RegionContent { Box = new PixelBox(0, 0, 321, 240) })] },
        { "no box with an area within its picture of 320 x 240", [User(Picture, new RegionContent { Box = new PixelBox(9, 9, 3, 3) })] },
        { "not in what the model sees", [User(Picture, new RegionContent { Point = new PixelPoint(double.NaN, 1) })] },
    };

    public void Dispose() => _engine.Dispose();

    [Theory]
    [MemberData(nameof(Options))]
    public Task Options_that_cannot_be_honoured_are_named(string words, ChatOptions options) => AssertRefusedAsync(words, [User(new TextContent("Hello"))], options);

    [Theory]
    [MemberData(nameof(Messages))]
    public Task Messages_that_cannot_be_read_are_named(string words, ChatMessage[] messages) => AssertRefusedAsync(words, messages, new ChatOptions());

    [Fact]
    public async Task Pictures_that_cannot_be_decoded_or_are_too_large_are_named()
    {
        using var client = new CommChatClient(_engine, ImageDecodingOptions.Default with { Limits = ImageLimits.Default with { MaximumPixels = 320 * 239 } });
        var damaged = new DataContent(new byte[] { 1, 2, 3 }, "image/png") { Name = "cup.png" };
        Assert.Contains("message 1, cup.png", (await Assert.ThrowsAsync<ImageException>(() => client.GetResponseAsync([User(damaged)], cancellationToken: EngineFixture.Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("320 x 240", (await Assert.ThrowsAsync<ImageException>(() => client.GetResponseAsync([User(Picture)], cancellationToken: EngineFixture.Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_harmless_is_taken()
    {
        using var client = new CommChatClient(_engine);
        var options = new ChatOptions
        {
            Tools = [],
            ToolMode = ChatToolMode.Auto,
            ResponseFormat = ChatResponseFormat.Text,
            FrequencyPenalty = 0,
            ModelId = "tiny-comm",
            Instructions = "Be brief.",
            MaxOutputTokens = 1,
        };
        await client.GetResponseAsync([User(new TextContent("Two ")), User(new TextContent("messages"), Picture)], options, EngineFixture.Cancellation);
    }

    [Fact]
    public async Task A_system_message_needs_a_template_with_a_place_for_it()
    {
        var folder = MultimodalFolder.Open(BundledModel.Folder);
        PromptTemplate template = folder.Config.Prompt with { System = "", SystemEnd = "" };
        using AnswerEngine engine = AnswerEngine.Load(folder with { Config = folder.Config with { Prompt = template } }, TensorOptions.Default);
        using var client = new CommChatClient(engine);
        foreach ((ChatMessage[] messages, ChatOptions options) in new (ChatMessage[], ChatOptions)[]
        {
            ([new(ChatRole.System, "Be brief."), User(new TextContent("a"))], new()),
            ([User(new TextContent("a"))], new() { Instructions = "Be brief." }),
        })
        {
            Assert.Contains("no place", (await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync(messages, options, EngineFixture.Cancellation))).Message, StringComparison.Ordinal);
        }
    }

    private static ChatMessage User(params AIContent[] contents) => new(ChatRole.User, [.. contents]);

    private async Task AssertRefusedAsync(string words, ChatMessage[] messages, ChatOptions options)
    {
        using var client = new CommChatClient(_engine);
        Exception[] errors =
        [
            await Assert.ThrowsAnyAsync<Exception>(() => client.GetResponseAsync(messages, options, EngineFixture.Cancellation)),
            await Assert.ThrowsAnyAsync<Exception>(() => client.GetStreamingResponseAsync(messages, options, EngineFixture.Cancellation).ToChatResponseAsync(EngineFixture.Cancellation)),
        ];
        Assert.All(errors, error =>
        {
            Assert.True(error is NotSupportedException or ArgumentException, error.ToString());
            Assert.Contains(words, error.Message, StringComparison.Ordinal);
        });
        Assert.Equal(0, _engine.Measures.Answered + _engine.Measures.Running + _engine.Measures.Waiting);
    }
}
