using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Chat;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Multimodal;
using CommSharp.Tests.Answering.Engine;
using Microsoft.Extensions.AI;

namespace CommSharp.Tests.Chat;

public sealed class CommChatClientTests : IDisposable
{
    private const string Grounded = "A cup[0.100,0.300,0.300,0.500], and two plates[0.200,0.300,0.400,0.600;0.500,0.300,0.700,0.600]. Or [0.900,0.1";

    private static readonly DataContent Picture = new(File.ReadAllBytes(BundledModel.Picture), "image/png");

    private readonly AnswerEngine _engine = EngineFixture.Load();
    private readonly CommChatClient _client;

    public CommChatClientTests() => _client = new CommChatClient(_engine);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task An_answer_says_why_it_ended_and_what_it_took()
    {
        ChatResponse response = await _client.GetResponseAsync([User(Picture, new TextContent("Where is the cup?"))], new ChatOptions { MaxOutputTokens = 12 }, Cancellation);
        Assert.Equal("efly\uFFFD stands;}\uFFFDefly\uFFFDefly", response.Text.TrimEnd('\uFFFD')); // as docs/ask.md shows: greedy by default, as ask
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal((151, 12, 163), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(16, response.Usage.AdditionalCounts![CommChatClient.ImageTokens]);
        Assert.Equal(135, response.Usage.AdditionalCounts[CommChatClient.TextTokens]);
        Assert.Equal("tiny-comm", response.ModelId);
        Assert.NotNull(response.CreatedAt);
        Assert.Equal(ChatRole.Assistant, Assert.Single(response.Messages).Role);
        Assert.Equal(ChatFinishReason.Stop, (await _client.GetResponseAsync([User(Picture)], Script("A cup."), Cancellation)).FinishReason);
        ChatOptions stopping = Script("A cup or more.");
        stopping.StopSequences = [" or"];
        ChatResponse stopped = await _client.GetResponseAsync([User(Picture)], stopping, Cancellation);
        Assert.Equal(("A cup", ChatFinishReason.Stop), (stopped.Text, stopped.FinishReason));
    }

    [Fact]
    public async Task Boxes_come_back_as_annotations_of_the_words_that_they_belong_to()
    {
        ChatResponse response = await _client.GetResponseAsync([User(Picture)], Script(Grounded), Cancellation);
        var text = Assert.IsType<TextContent>(Assert.Single(Assert.Single(response.Messages).Contents));
        BoxAnnotation[] boxes = [.. text.Annotations!.OfType<BoxAnnotation>()];
        Assert.Equal(["A cup", "and two plates", "and two plates"], boxes.Select(box => box.Phrase));
        Assert.All(boxes, box => Assert.Equal(box.Phrase, Words(text.Text, box)));
        Assert.Equal("[0.100,0.300,0.300,0.500]", text.Text[boxes[0].Mark.Start..boxes[0].Mark.End]);
        Assert.Equal(new NormalizedBox(0.1, 0.3, 0.3, 0.5), boxes[0].Box);
        Assert.Equal(0, boxes[0].ImageIndex);
        Assert.InRange(boxes[0].Confidence, 1e-9, 1);
        Assert.Equal(new PixelBox(32, 56, 96, 120), boxes[0].Pixels); // 320 x 240 in a square of 320, with 40 rows above
        BoxProblemAnnotation problem = Assert.Single(text.Annotations!.OfType<BoxProblemAnnotation>());
        Assert.Equal("[0.900,0.1", Words(text.Text, problem));
    }

    [Theory]
    [InlineData(Grounded)]
    [InlineData("Nothing at all.")]
    [InlineData("")]
    [InlineData("[0.100,0.300,0.300,0.500]")]
    public async Task Streamed_updates_joined_are_the_answer_that_comes_at_once(string script)
    {
        ChatMessage[] messages = [User(Picture, new TextContent("Where is the cup?"))];
        ChatResponse whole = await _client.GetResponseAsync(messages, Script(script), Cancellation);
        List<ChatResponseUpdate> updates = await _client.GetStreamingResponseAsync(messages, Script(script), Cancellation).ToListAsync(Cancellation);
        ChatResponse joined = updates.ToChatResponse();
        Assert.Equal(script, whole.Text);
        Assert.Equal(whole.Text, joined.Text);
        Assert.Equal(whole.FinishReason, joined.FinishReason);
        Assert.Equal(Counts(whole.Usage!), Counts(joined.Usage!));
        Assert.Equal(whole.ModelId, joined.ModelId);
        Assert.Equal(Annotations(whole), Annotations(joined));
        Assert.Single(joined.Messages);
        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        Assert.All(updates, update => Assert.Equal(ChatRole.Assistant, update.Role));
        Assert.Single(updates, update => update.FinishReason is not null);

        // The joined answer may be sent back as a turn of the conversation, annotations and all.
        await _client.GetResponseAsync([.. messages, .. joined.Messages, new(ChatRole.User, "And the plate?")], Script("There."), Cancellation);
    }

    [Fact]
    public async Task Real_answers_stream_as_they_come_at_once()
    {
        foreach (BoxGuidance guidance in Enum.GetValues<BoxGuidance>())
        {
            var options = new ChatOptions { MaxOutputTokens = 60, RawRepresentationFactory = _ => new CommChatOptions { Boxes = guidance } };
            ChatMessage[] messages = [User(Picture, new TextContent("Where is the cup?"))];
            ChatResponse whole = await _client.GetResponseAsync(messages, options, Cancellation);
            ChatResponse joined = await _client.GetStreamingResponseAsync(messages, options, Cancellation).ToChatResponseAsync(Cancellation);
            Assert.Equal(whole.Text, joined.Text);
            Assert.Equal(Annotations(whole), Annotations(joined));
            Assert.Equal(guidance == BoxGuidance.Only, Annotations(whole).Length > 0);
        }
    }

    [Fact]
    public async Task Several_pictures_in_several_turns_are_seen_once_each_and_boxes_are_in_the_last_one()
    {
        var other = new DataContent(PngFile.Encode(EngineFixture.Picture(3, 100, 50)), "image/png");
        ChatMessage[] messages =
        [
            new(ChatRole.System, "You see well."),
            User(new TextContent("Here is a table. "), Picture),
            new(ChatRole.Assistant, "I see it."),
            User(new TextContent("Compare it with "), other, new TextContent(".")),
        ];
        ChatResponse response = await _client.GetResponseAsync(messages, Script("A cup[0.000,0.250,1.000,0.750]"), Cancellation);
        var box = (BoxAnnotation)Assert.Single(response.Messages[0].Contents[0].Annotations!);
        Assert.Equal((1, new PixelBox(0, 0, 100, 50)), (box.ImageIndex, box.Pixels));
        Assert.Equal(32, response.Usage!.AdditionalCounts![CommChatClient.ImageTokens]);
        await _client.GetResponseAsync([.. messages, .. response.Messages, new(ChatRole.User, "And now?")], Script("Now."), Cancellation);
        await _client.GetResponseAsync([User(new UriContent(Picture.Uri, "image/png"))], Script("From a URI."), Cancellation);
        Assert.Equal((2, 3), (_engine.Measures.VisionCalls, _engine.Measures.ImageCacheHits));
    }

    [Fact]
    public async Task Seeds_decide_what_is_drawn_and_callers_do_not_disturb_each_other()
    {
        ChatMessage[] messages = [User(Picture, new TextContent("Where is the cup?"))];
        Task<ChatResponse>[] asked = [.. Enumerable.Range(0, 12).Select(i => _client.GetResponseAsync(messages, Drawn(i % 3), Cancellation))];
        string[] texts = [.. (await Task.WhenAll(asked)).Select(response => response.Text)];
        Assert.Equal(3, texts.Distinct().Count());
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(texts[i % 3], texts[i]));
        Assert.Equal(texts[1], (await _client.GetResponseAsync(messages, Drawn(1), Cancellation)).Text);
        Assert.NotEqual((await _client.GetResponseAsync(messages, Drawn(null), Cancellation)).Text, (await _client.GetResponseAsync(messages, Drawn(null), Cancellation)).Text);

        static ChatOptions Drawn(long? seed) => new() { Temperature = 1, TopP = 0.95f, TopK = 50, Seed = seed, MaxOutputTokens = 16 };
    }

    [Fact]
    public async Task Who_stops_reading_or_cancels_frees_the_engine()
    {
        var endless = new ChatOptions { MaxOutputTokens = 10_000, RawRepresentationFactory = _ => new CommChatOptions { Constraint = () => new ScriptedTokens(() => 100) } };
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync([User(Picture)], endless, Cancellation))
        {
            Assert.NotEmpty(update.Text);
            break;
        }

        await EngineFixture.UntilAsync(() => _engine.Measures is { Running: 0, GivenUp: 1 });
        using var source = new CancellationTokenSource();
        Task<ChatResponse> waiting = _client.GetResponseAsync([User(Picture)], endless, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetResponseAsync([User(Picture)], endless, source.Token));
        Assert.True(_engine.Measures.Tokens < 300, $"{_engine.Measures.Tokens} tokens were generated for nobody");
    }

    [Fact]
    public void Services_are_reached()
    {
        IChatClient client = _client;
        Assert.Equal(("commsharp", "tiny-comm"), (client.GetService<ChatClientMetadata>()!.ProviderName, client.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Same(_engine, client.GetService<AnswerEngine>());
        Assert.Same(_engine.Model, client.GetService<MultimodalModel>());
        Assert.Same(_client, client.GetService<CommChatClient>());
        Assert.Same(_client, client.GetService<IChatClient>());
        Assert.Null(client.GetService<ChatClientMetadata>("key"));
        Assert.Null(client.GetService<string>());
    }

    [Fact]
    public async Task A_client_of_its_own_engine_disposes_of_it()
    {
        CommChatClient client = CommChatClient.Load(BundledModel.Folder);
        AnswerEngine engine = client.GetService<AnswerEngine>()!;
        await client.GetResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 1 }, Cancellation);
        client.Dispose();
        Assert.False(engine.IsRunning);
        _client.Dispose();
        Assert.True(_engine.IsRunning);
    }

    private static ChatMessage User(params AIContent[] contents) => new(ChatRole.User, [.. contents]);

    private static string Words(string text, AIAnnotation annotation)
    {
        var span = (TextSpanAnnotatedRegion)Assert.Single(annotation.AnnotatedRegions!);
        return text[span.StartIndex!.Value..span.EndIndex!.Value];
    }

    private static string[] Annotations(ChatResponse response) =>
    [
        .. response.Messages.SelectMany(message => message.Contents).SelectMany(content => content.Annotations ?? [])
            .Select(annotation => System.Text.Json.JsonSerializer.Serialize(annotation, CommChatJson.Options)),
    ];

    private static (long?, long?, string) Counts(UsageDetails usage) => (usage.InputTokenCount, usage.OutputTokenCount, string.Join(' ', usage.AdditionalCounts!));

    private ChatOptions Script(string text) => new()
    {
        RawRepresentationFactory = _ => new CommChatOptions { Constraint = () => ScriptedTokens.Of(_engine.Tokenizer, text) },
    };
}
