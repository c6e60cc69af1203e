using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace CommSharp.Page.Tests;

/// <summary>The page's files, and an interface that answers what the test wrote down: no model, and every mishap on demand.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    /// <summary>The policy that the real server sends.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _replies = new();

    private ScriptedServer(WebApplication application) => _application = application;

    public static string PageFolder { get; } = Path.Combine(RepositoryRoot.Folder, "src", "CommSharp.Server", "Page");

    /// <summary>The key that requests must have; null for an open server.</summary>
    public string? Key { get; set; }

    public IReadOnlyList<string> Models { get; set; } = ["tabletop"];

    /// <summary>The bodies of the questions, in their order.</summary>
    public ConcurrentQueue<JsonElement> Questions { get; } = new();

    /// <summary>Set when a caller hung up before the end of its answer.</summary>
    public TaskCompletionSource HungUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Address => _application.Urls.First();

    public static async Task<ScriptedServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        var server = new ScriptedServer(application);
        application.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.CacheControl = "no-cache";
            return next(http);
        });
        var files = new PhysicalFileProvider(PageFolder);
        application.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        application.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        application.MapGet("/v1/models", server.ListModelsAsync);
        application.MapPost("/v1/chat/completions", server.AnswerAsync);
        await application.StartAsync();
        return server;
    }

    /// <summary>Says how the next question is answered; questions without a reply get a short one.</summary>
    public void Reply(Func<HttpContext, Task> reply) => _replies.Enqueue(reply);

    /// <summary>A whole answer, sent a few bytes at a time, so that lines, characters and annotations are split anywhere.</summary>
    public void Reply(params string[] events) =>
        Reply(http => SendAsync(http, string.Concat([.. events.Select(Event), Event(Finish), Event(Usage), Event("[DONE]")]), 13));

    /// <summary>The beginning of an answer; the connection then stays open until the caller hangs up.</summary>
    public void ReplyAndStall(params string[] events) => Reply(async http =>
    {
        await SendAsync(http, string.Concat(events.Select(Event)), 1000);
        try
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            HungUp.TrySetResult();
        }
    });

    /// <summary>The beginning of an answer; the connection then breaks.</summary>
    public void ReplyAndBreak(params string[] events) => Reply(async http =>
    {
        await SendAsync(http, string.Concat(events.Select(Event)), 1000);
        await Task.Delay(100); // what was sent shall arrive
        http.Abort();
    });

    /// <summary>An error in the interface's words.</summary>
    public void Refuse(int status, string message, string? retryAfter = null) => Reply(http => RefuseAsync(http, status, message, retryAfter));

    public static string Text(string text) => JsonSerializer.Serialize(new { choices = new[] { new { index = 0, delta = new { content = text } } } });

    public static string Box(string phrase, int start, int markStart, int markEnd, params double[] pixels) => JsonSerializer.Serialize(new
    {
        choices = new[]
        {
            new
            {
                index = 0,
                delta = new
                {
                    annotations = new[]
                    {
                        new
                        {
                            type = "box", phrase, start, end = start + phrase.Length, mark_start = markStart, mark_end = markEnd,
                            pixels, image_index = 0, confidence = 0.87,
                        },
                    },
                },
            },
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true)); // answers that stall need not end
        await _application.DisposeAsync();
    }

    private static string Finish { get; } = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static string Usage { get; } = """{"choices":[],"usage":{"prompt_tokens":300,"completion_tokens":24,"total_tokens":324}}""";

    private static string Event(string data) => $"data: {data}\n\n";

    private static async Task SendAsync(HttpContext http, string text, int pieceLength)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        foreach (byte[] piece in Encoding.UTF8.GetBytes(text).Chunk(pieceLength))
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Yield();
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string message, string? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        return http.Response.WriteAsJsonAsync(new { error = new { message, type = "invalid_request_error", code = (string?)null, param = (string?)null } });
    }

    private bool IsAllowed(HttpContext http) => Key is null || http.Request.Headers.Authorization == $"Bearer {Key}";

    private Task ListModelsAsync(HttpContext http) => IsAllowed(http)
        ? http.Response.WriteAsJsonAsync(new { data = Models.Select(id => new { id }) })
        : RefuseAsync(http, StatusCodes.Status401Unauthorized, "A key is needed.");

    private async Task AnswerAsync(HttpContext http)
    {
        if (!IsAllowed(http))
        {
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, "A key is needed.");
            return;
        }

        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body);
        Questions.Enqueue(body.RootElement.Clone());
        if (!_replies.TryDequeue(out Func<HttpContext, Task>? reply))
        {
            Reply(Text("Yes."));
            _replies.TryDequeue(out reply);
        }

        await reply!(http);
    }
}
