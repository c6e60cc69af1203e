using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CommSharp.Answering.Engine;
using CommSharp.Generation;
using TorchSharp;

namespace CommSharp.Server.Tests;

public sealed class EndpointTests(LoadedEngine loaded)
{
    private const string Key = "a-key-for-tests";

    private readonly AnswerEngine _engine = loaded.Engine;

    [Fact]
    public async Task The_model_is_listed_and_described()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine, new ServerOptions { ModelName = "mine" });

        JsonElement list = (await server.GetAsync("/v1/models")).RequireSuccess().Json;
        JsonElement one = (await server.GetAsync("/v1/models/mine")).RequireSuccess().Json;

        Assert.Equal("list", list.GetProperty("object").GetString());
        Assert.Equal("mine", Assert.Single(list.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("model", one.GetProperty("object").GetString());
        Assert.Equal("commsharp", one.GetProperty("owned_by").GetString());
        (await server.GetAsync("/v1/models/other")).RequireError(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("maker/model")]
    [InlineData("maker%2Fmodel")]
    [InlineData("maker%2fmodel")]
    public async Task A_model_with_a_slash_in_its_name_is_described(string name)
    {
        await using CommServer server = await CommServer.StartAsync(_engine, new ServerOptions { Port = 0, ModelName = "maker/model" }, null, RunningServer.Cancellation);
        using var client = new HttpClient { BaseAddress = server.Address };

        using HttpResponseMessage response = await client.GetAsync($"/v1/models/{name}", RunningServer.Cancellation);

        Assert.Equal("maker/model", (await Reply.OfAsync(response)).RequireSuccess().Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Phrases_are_found_as_the_verb_ground_finds_them()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        JsonElement json = (await server.PostAsync("/v1/ground", RunningServer.Json($$"""{"image":"{{RunningServer.Picture}}","phrase":"the cup","phrases":["the plate"],"max_tokens":60}"""))).RequireSuccess().Json;
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(await File.ReadAllBytesAsync(BundledModel.Picture, RunningServer.Cancellation)), "image", "breakfast.png" },
            { new StringContent("the cup"), "phrase" },
            { new StringContent("the plate"), "phrase" },
            { new StringContent("60"), "max_tokens" },
        };
        JsonElement uploaded = (await server.PostAsync("/v1/ground", form)).RequireSuccess().Json;

        Assert.Equal(Boxes(json), Boxes(uploaded));
        JsonElement[] phrases = [.. json.GetProperty("phrases").EnumerateArray()];
        Assert.Equal(["the cup", "the plate"], phrases.Select(each => each.GetProperty("phrase").GetString()));
        JsonElement box = phrases[0].GetProperty("boxes")[0];
        double[] pixels = [.. box.GetProperty("pixels").EnumerateArray().Select(each => each.GetDouble())];
        Assert.True(pixels[0] <= pixels[2] && pixels[1] <= pixels[3] && pixels[2] <= 320 && pixels[3] <= 240, box.GetRawText());
        Assert.Equal(4, box.GetProperty("normalized").GetArrayLength());
        Assert.InRange(box.GetProperty("confidence").GetDouble(), 0, 1);
        Assert.Equal(32, json.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("image_tokens").GetInt64());
    }

    [Theory]
    [InlineData("""{"image":"PICTURE"}""", "phrase")]
    [InlineData("""{"image":"PICTURE","phrase":" "}""", "phrase")]
    [InlineData("""{"image":"PICTURE","phrases":[null]}""", "phrase")]
    [InlineData("""{"image":"PICTURE","phrase":"it","template":"Where?"}""", "template")]
    [InlineData("""{"image":"http://localhost/x.png","phrase":"it"}""", "image")]
    [InlineData("""{"image":"PICTURE","phrases":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"]}""", "phrases")]
    [InlineData("""{"image":"data:image/png;base64,AAAA","phrase":"it"}""", "image")]
    public async Task Grounding_that_cannot_be_is_refused_by_name(string json, string name)
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        Reply reply = await server.PostAsync("/v1/ground", RunningServer.Json(json.Replace("PICTURE", RunningServer.Picture, StringComparison.Ordinal)));

        Assert.Equal(name, reply.RequireError(HttpStatusCode.BadRequest).GetProperty("param").GetString());
    }

    /// <summary>Each phrase of 4096 characters, put into a template that asks for it 600 times, would be 2.5 million; sixteen of 30,000 would be gigabytes.</summary>
    [Theory]
    [InlineData("phrase", 4097, 1)]
    [InlineData("template", 6, 1000)]
    public async Task Phrases_and_templates_beyond_reason_are_refused(string parameter, int phrase, int places)
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        string json = $$"""{"image":"{{RunningServer.Picture}}","phrase":"{{new string('a', phrase)}}","template":"{{string.Concat(Enumerable.Repeat("<expr>", places))}}"}""";
        JsonElement error = (await server.PostAsync("/v1/ground", RunningServer.Json(json))).RequireError(HttpStatusCode.BadRequest);
        Assert.Equal((parameter, "text_too_long"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task When_one_phrase_cannot_be_asked_the_others_are_given_up()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        EngineMeasures before = _engine.Measures;
        string json = $$"""{"image":"{{RunningServer.Picture}}","phrases":["the cup","{{new string('a', 4000)}}","the plate"],"template":"{{string.Concat(Enumerable.Repeat("<expr> ", 20))}}"}""";
        JsonElement error = (await server.PostAsync("/v1/ground", RunningServer.Json(json))).RequireError(HttpStatusCode.BadRequest);
        Assert.Equal("context_length_exceeded", error.GetProperty("code").GetString());
        Assert.Equal(before.Answered, _engine.Measures.Answered);
    }

    [Fact]
    public async Task More_phrases_than_questions_may_wait_are_found_all_the_same()
    {
        using AnswerEngine engine = LoadedEngine.Load(new AnswerEngineOptions { MaxQueue = 1, MaxRows = 1 });
        await using RunningServer server = await RunningServer.StartAsync(engine);
        string[] phrases = [.. Enumerable.Range(1, 16).Select(i => $"thing {i}")];
        string json = $$"""{"image":"{{RunningServer.Picture}}","phrases":{{JsonSerializer.Serialize(phrases)}},"max_tokens":4}""";

        JsonElement found = (await server.PostAsync("/v1/ground", RunningServer.Json(json))).RequireSuccess().Json;

        Assert.Equal(phrases, found.GetProperty("phrases").EnumerateArray().Select(each => each.GetProperty("phrase").GetString()));
        Assert.Equal(phrases.Length, engine.Measures.Answered);
    }

    [Fact]
    public async Task A_model_whose_logits_are_no_numbers_is_the_servers_fault_and_is_told_on_its_own_output()
    {
        using AnswerEngine broken = LoadedEngine.Load(new AnswerEngineOptions());
        using (torch.no_grad())
        {
            broken.Model.named_parameters().Single(each => each.name == "language.norm.weight").parameter[0] = float.NaN;
        }

        await using RunningServer server = await RunningServer.StartAsync(broken);
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/chat/completions", RunningServer.Json(RunningServer.Plain()), RunningServer.Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.IsType<BrokenLogitsException>(Assert.Single(server.Faults));
    }

    [Fact]
    public async Task A_form_without_a_picture_and_a_body_that_is_no_form_are_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        using var form = new MultipartFormDataContent { { new StringContent("the cup"), "phrase" } };
        using var broken = new StringContent("--x\r\nnonsense");
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        (await server.PostAsync("/v1/ground", form)).RequireError(HttpStatusCode.BadRequest);
        (await server.PostAsync("/v1/ground", broken)).RequireError(HttpStatusCode.BadRequest);
        (await server.PostAsync("/v1/ground", new StringContent("x"))).RequireError(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Health_metrics_document_and_page_are_there()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        (await server.CompleteAsync(RunningServer.Question())).RequireSuccess();

        Assert.Equal("ok", (await server.GetAsync("/healthz")).RequireSuccess().Json.GetProperty("status").GetString());
        Assert.Equal("ready", (await server.GetAsync("/readyz")).RequireSuccess().Json.GetProperty("status").GetString());
        string metrics = (await server.GetAsync("/metrics")).RequireSuccess().Text;
        Assert.Contains("commsharp_tokens_generated", metrics, StringComparison.Ordinal);
        Assert.Contains("commsharp_answer_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds", metrics, StringComparison.Ordinal);
        JsonElement paths = (await server.GetAsync("/openapi/v1.json")).RequireSuccess().Json.GetProperty("paths");
        Assert.Equal(
            ["/healthz", "/readyz", "/v1/chat/completions", "/v1/ground", "/v1/models", "/v1/models/{id}"],
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.True(paths.GetProperty("/v1/chat/completions").GetProperty("post").TryGetProperty("requestBody", out _));
        Reply page = (await server.GetAsync("/")).RequireSuccess();
        Assert.Equal("text/html", page.Response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'", page.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("://", page.Text, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task An_engine_that_has_stopped_is_not_ready_and_answers_503()
    {
        AnswerEngine engine = LoadedEngine.Load(new AnswerEngineOptions());
        await using RunningServer server = await RunningServer.StartAsync(engine);
        engine.Dispose();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/readyz")).Status);
        (await server.GetAsync("/healthz")).RequireSuccess();
        Reply refused = await server.CompleteAsync(RunningServer.Plain());
        refused.RequireError(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(refused.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_refused_in_the_same_shape()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);

        (await server.GetAsync("/v1/embeddings")).RequireError(HttpStatusCode.NotFound);
        (await server.GetAsync("/v1/chat/completions")).RequireError(HttpStatusCode.MethodNotAllowed);
        (await server.GetAsync("/page/index.html")).RequireError(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_key_touches_nothing_and_a_right_one_is_let_in()
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine, new ServerOptions { ApiKeys = [Key, "another-key"] });
        EngineMeasures before = _engine.Measures;
        foreach (string? header in new[] { null, "Bearer", "Bearer ", "Bearer wrong", $"Bearer {Key}x", $"Basic {Key}", $"Bearer {Key} another-key" })
        {
            foreach (string path in new[] { "/v1/models", "/metrics", "/openapi/v1.json", "/nowhere" })
            {
                Assert.Equal("invalid_api_key", (await SendAsync(server, HttpMethod.Get, path, header, null)).RequireError(HttpStatusCode.Unauthorized).GetProperty("code").GetString());
            }

            using var body = new UnreadContent();
            Reply refused = await SendAsync(server, HttpMethod.Post, "/v1/chat/completions", header, body);
            refused.RequireError(HttpStatusCode.Unauthorized);
            Assert.NotEmpty(refused.Response.Headers.WwwAuthenticate);
        }

        Assert.Equal(before, _engine.Measures);
        foreach (string path in new[] { "/healthz", "/readyz", "/" })
        {
            (await server.GetAsync(path)).RequireSuccess();
        }

        (await SendAsync(server, HttpMethod.Post, "/v1/chat/completions", $"Bearer {Key}", RunningServer.Json(RunningServer.Plain()))).RequireSuccess();
        (await SendAsync(server, HttpMethod.Get, "/v1/models", "bearer another-key", null)).RequireSuccess();
    }

    [Theory]
    [InlineData("https://elsewhere.example", "localhost", false)]
    [InlineData("null", "localhost", false)]
    [InlineData("http://localhost", "localhost", true)]
    [InlineData("http://localhost:8080", "localhost:8080", true)]
    [InlineData(null, "127.0.0.1:8080", true)]
    [InlineData(null, "[::1]:8080", true)]
    [InlineData("http://rebound.example:8080", "rebound.example:8080", false)]
    public async Task Pages_of_other_sites_may_not_use_it(string? origin, string host, bool isAllowed)
    {
        await using RunningServer server = await RunningServer.StartAsync(_engine);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using HttpResponseMessage response = await server.Client.SendAsync(request, RunningServer.Cancellation);

        Assert.Equal(isAllowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
    }

    /// <summary>Without the confidences, whose last bits depend on what else is computed at the same time.</summary>
    private static string[] Boxes(JsonElement answer) =>
    [
        .. answer.GetProperty("phrases").EnumerateArray().SelectMany(phrase => phrase.GetProperty("boxes").EnumerateArray())
            .Select(box => box.GetProperty("normalized").GetRawText() + box.GetProperty("pixels").GetRawText()),
    ];

    private static async Task<Reply> SendAsync(RunningServer server, HttpMethod method, string path, string? authorization, HttpContent? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage response = await server.Client.SendAsync(request, RunningServer.Cancellation);
        return await Reply.OfAsync(response);
    }

    /// <summary>A body that never ends, so that who reads it never answers.</summary>
    private sealed class UnreadContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{"u8.ToArray(), RunningServer.Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(20), RunningServer.Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
