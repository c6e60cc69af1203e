using System.ClientModel;
using System.ClientModel.Primitives;
using CommSharp.Answering.Engine;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace CommSharp.Server.Tests;

/// <summary>OpenAI's own client for .NET, told nothing but the address.</summary>
public sealed class OpenAIClientTests(LoadedEngine loaded)
{
    private const string Key = "a-key-for-tests";

    private readonly AnswerEngine _engine = loaded.Engine;

    private static CancellationToken Cancellation => RunningServer.Cancellation;

    [Fact]
    public async Task Text_and_a_picture_are_answered()
    {
        await using CommServer server = await StartAsync();
        ChatClient client = Client(server);
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 8, Temperature = 0 };

        ChatCompletion text = await client.CompleteChatAsync([new UserChatMessage("Hello")], options, Cancellation);
        ChatCompletion seen = await client.CompleteChatAsync([Picture("What is this?")], options, Cancellation);

        Assert.NotEmpty(Assert.Single(text.Content).Text);
        Assert.Equal("tiny-comm", text.Model);
        Assert.Equal(ChatFinishReason.Length, seen.FinishReason);
        Assert.Equal(8, seen.Usage.OutputTokenCount);
        Assert.True(seen.Usage.InputTokenCount > text.Usage.InputTokenCount);
        Assert.Equal(seen.Usage.InputTokenCount + 8, seen.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Boxes_do_not_disturb_a_client_that_does_not_know_them()
    {
        await using CommServer server = await StartAsync();
        using var body = BinaryContent.Create(BinaryData.FromString(RunningServer.Question(members: "\"max_tokens\":60,\"boxes\":\"only\"")));

        ClientResult result = await Client(server).CompleteChatAsync(body, new RequestOptions { CancellationToken = Cancellation });
        var completion = ModelReaderWriter.Read<ChatCompletion>(result.GetRawResponse().Content)!;

        Assert.StartsWith("[", completion.Content[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_streamed_answer_is_the_whole_one()
    {
        await using CommServer server = await StartAsync();
        ChatClient client = Client(server);
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 30, Temperature = 0 };
        ChatCompletion whole = await client.CompleteChatAsync([Picture("Where is the cup?")], options, Cancellation);
        string text = "";
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;

        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync([Picture("Where is the cup?")], options, Cancellation))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.Equal(whole.FinishReason, finish);
        Assert.Equal(whole.Usage.TotalTokenCount, usage!.TotalTokenCount);
    }

    [Fact]
    public async Task The_model_is_listed()
    {
        await using CommServer server = await StartAsync();

        OpenAIModelCollection models = await Open(server).GetOpenAIModelClient().GetModelsAsync(Cancellation);

        Assert.Equal("tiny-comm", Assert.Single(models).Id);
    }

    [Fact]
    public async Task Refusals_are_the_clients_own_exceptions_with_their_status()
    {
        await using CommServer server = await StartAsync(new ServerOptions { Port = 0, ApiKeys = [Key], RequestsPerMinute = 3 });

        ClientResultException wrongKey = await RefusedAsync(Client(server, key: "not-the-key"), [new UserChatMessage("Hello")]);
        ClientResultException unknown = await RefusedAsync(Client(server, "gpt-4o"), [new UserChatMessage("Hello")]);
        ClientResultException notSupported = await RefusedAsync(Client(server), [new UserChatMessage("Hello")], new ChatCompletionOptions { IncludeLogProbabilities = true });
        ClientResultException empty = await RefusedAsync(Client(server), [new AssistantChatMessage("Hello")]);
        ClientResultException often = await RefusedAsync(Client(server), [new UserChatMessage("Hello")]);

        Assert.Equal([401, 404, 400, 400, 429], new[] { wrongKey, unknown, notSupported, empty, often }.Select(refusal => refusal.Status));
        Assert.Contains("invalid_api_key", wrongKey.Message, StringComparison.Ordinal);
        Assert.Contains("logprobs", notSupported.Message, StringComparison.Ordinal);
    }

    private static Task<ClientResultException> RefusedAsync(ChatClient client, ChatMessage[] messages, ChatCompletionOptions? options = null) =>
        Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync(messages, options, Cancellation));

    private static UserChatMessage Picture(string text) => new(
        ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(File.ReadAllBytes(BundledModel.Picture)), "image/png"),
        ChatMessageContentPart.CreateTextPart(text));

    private static OpenAIClient Open(CommServer server, string key = Key) => new(
        new ApiKeyCredential(key),
        new OpenAIClientOptions { Endpoint = new Uri(server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });

    private static ChatClient Client(CommServer server, string model = "tiny-comm", string key = Key) => Open(server, key).GetChatClient(model);

    private Task<CommServer> StartAsync(ServerOptions? options = null) =>
        CommServer.StartAsync(_engine, options ?? new ServerOptions { Port = 0 }, null, Cancellation);
}
