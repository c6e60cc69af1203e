using System.Net;
using System.Text;
using System.Text.Json;
using CommSharp.Answering.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;

namespace CommSharp.Server.Tests;

/// <summary>A server within the test's memory, and what a caller does with it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app, List<Exception> faults)
    {
        _app = app;
        Faults = faults;
        Client = app.GetTestClient();
        Client.Timeout = TimeSpan.FromSeconds(60);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Picture { get; } = "data:image/png;base64," + Convert.ToBase64String(File.ReadAllBytes(BundledModel.Picture));

    public HttpClient Client { get; }

    /// <summary>Faults of the server's own.</summary>
    public List<Exception> Faults { get; }

    public static async Task<RunningServer> StartAsync(AnswerEngine engine, ServerOptions? options = null, ServerSurroundings? surroundings = null)
    {
        var faults = new List<Exception>();
        WebApplication app = ServerApplication.Build(
            engine,
            options ?? new ServerOptions(),
            (surroundings ?? new ServerSurroundings()) with { Failed = faults.Add, Listen = host => host.UseTestServer() });
        await app.StartAsync(Cancellation);
        return new RunningServer(app, faults);
    }

    /// <summary>A question about the picture, as JSON.</summary>
    public static string Question(string text = "Where is the cup?", string members = "\"max_tokens\":8", string? picture = null) =>
        $$$"""{"model":"tiny-comm","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{picture ?? Picture}}}"}},{"type":"text","text":"{{{text}}}"}]}],{{{members}}}}""";

    /// <summary>A question without a picture.</summary>
    public static string Plain(string members = "\"max_tokens\":8") => $$$"""{"messages":[{"role":"user","content":"Hello"}],{{{members}}}}""";

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public async Task<Reply> PostAsync(string path, HttpContent content)
    {
        using (content)
        {
            using HttpResponseMessage response = await Client.PostAsync(path, content, Cancellation);
            Reply reply = await Reply.OfAsync(response);
            Assert.True(reply.Status != HttpStatusCode.InternalServerError, string.Join('\n', Faults));
            return reply;
        }
    }

    public Task<Reply> CompleteAsync(string json) => PostAsync("/v1/chat/completions", Json(json));

    public async Task<Reply> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, Cancellation);
        return await Reply.OfAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await Task.Delay(1, limit.Token);
        }
    }
}

/// <summary>What a server answered.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, HttpResponseMessage Response)
{
    public static async Task<Reply> OfAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync(RunningServer.Cancellation), response);

    public JsonElement Json => JsonDocument.Parse(Text).RootElement.Clone();

    public JsonElement Error => Json.GetProperty("error");

    /// <summary>The refusal is of this status and in OpenAI's shape.</summary>
    public JsonElement RequireError(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        JsonElement error = Error;
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
        Assert.True(error.TryGetProperty("param", out _) && error.TryGetProperty("code", out _));
        return error;
    }

    public Reply RequireSuccess()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{Status}: {Text}");
        return this;
    }
}
