using System.Text.Json;
using System.Text.Json.Serialization;
using CommSharp.Answering.Engine;
using CommSharp.Chat;
using CommSharp.Imaging;
using CommSharp.Server.Completions;
using CommSharp.Server.Errors;
using CommSharp.Server.Grounding;
using CommSharp.Server.Limits;
using CommSharp.Server.Observing;
using CommSharp.Server.Pages;
using CommSharp.Server.Pictures;
using CommSharp.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CommSharp.Server;

/// <summary>Puts the server together. It takes nothing from configuration files or the environment: its options decide everything.</summary>
internal static class ServerApplication
{
    private const string Json = "application/json";

    public static WebApplication Build(AnswerEngine engine, ServerOptions options, ServerSurroundings surroundings)
    {
        options.Validate();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ServerApplication).Assembly.GetName().Name });
        AddServices(builder.Services, engine, options, surroundings);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        surroundings.Listen?.Invoke(builder.WebHost);
        WebApplication app = builder.Build();
        Use(app, options, surroundings);
        Map(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, AnswerEngine engine, ServerOptions options, ServerSurroundings surroundings)
    {
        ImageDecodingOptions decoding = ImageDecodingOptions.Default with
        {
            Limits = ImageLimits.Default with { MaximumPixels = options.MaxPixels, MaximumBytes = options.MaxImageBytes },
        };
        var client = new CommChatClient(engine, decoding);
        string name = options.ModelName ?? client.GetService<ChatClientMetadata>()!.DefaultModelId!;
        services.AddSingleton(engine);
        services.AddSingleton(client);
        services.AddSingleton(options);
        services.AddSingleton(new ServedModel(name, DateTimeOffset.UtcNow));
        services.AddSingleton(new FaultNotes(surroundings.Failed));
        services.AddSingleton(_ => new RemotePictures(options, surroundings.Network));
        services.AddSingleton(new PixelBudget(options.MaxPixelsTogether, decoding));
        services.AddSingleton<PictureReader>();
        services.AddSingleton<MessageReader>();
        services.AddSingleton<CompletionEndpoint>();
        services.AddSingleton<GroundEndpoint>();
        services.AddSingleton<HealthEndpoint>();
        services.AddSingleton<IHostLifetime, CallersLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Grace);
        services.AddRouting();
        services.AddRateLimiter(limiter => CallLimits.Apply(limiter, options));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Default);
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower; // these options' own policy, not the contracts', names members
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi("v1", ApiDocument.Configure);
        Telemetry.AddTo(services, options.OtlpEndpoint);
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Listen(options.Address, options.Port);
    }

    private static void Use(WebApplication app, ServerOptions options, ServerSurroundings surroundings)
    {
        app.UseMiddleware<ErrorResponses>(surroundings.Failed);
        app.UseStatusCodePages(pages => ErrorResponses.ExplainAsync(pages.HttpContext));
        app.UseMiddleware<BrowserGate>(options);
        app.UseRouting();
        app.UseMiddleware<ApiKeyGate>(options.ApiKeys);
        app.UseRateLimiter();
        app.UseMiddleware<BodyLimit>(options);
    }

    private static void Map(WebApplication app)
    {
        // Delegates, not request delegates: only those are described in the document.
        app.MapPost("/v1/chat/completions", (HttpContext http, CompletionEndpoint endpoint) => endpoint.AnswerAsync(http))
            .WithSummary("Answers a conversation about pictures.")
            .WithDescription("With \"stream\": true the answer comes as server-sent events, each a chat.completion.chunk, ended by [DONE].")
            .Accepts<ChatCompletionRequest>(Json).Produces<ChatCompletion>().Produces<CompletionChunk>(contentType: "text/event-stream").AddErrors();
        app.MapPost("/v1/ground", (HttpContext http, GroundEndpoint endpoint) => endpoint.AnswerAsync(http))
            .WithSummary("Finds phrases in a picture: boxes and nothing else.")
            .WithDescription("As JSON, or as a form with the file \"image\", one field \"phrase\" or several, \"template\" and \"max_tokens\".")
            .Accepts<GroundRequest>(Json, "multipart/form-data").Produces<GroundResponse>().AddErrors();
        app.MapGet("/v1/models", (ServedModel model) => new ModelList([new ModelEntry(model.Name, model.Since.ToUnixTimeSeconds())])).WithSummary("Lists the model.");
        app.MapGet("/v1/models/{**id}", (string id, ServedModel model) =>
        {
            model.Require(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)); // of all that is escaped in a path, only this is left so
            return new ModelEntry(model.Name, model.Since.ToUnixTimeSeconds());
        }).WithSummary("Describes the model.").Produces<ErrorBody>(StatusCodes.Status404NotFound);
        app.MapGet("/healthz", (HttpContext http, HealthEndpoint health) => health.AliveAsync(http))
            .WithSummary("Whether the server answers.").Produces<HealthReport>().WithMetadata(OpenToAll.Mark);
        app.MapGet("/readyz", (HttpContext http, HealthEndpoint health) => health.ReadyAsync(http))
            .WithSummary("Whether a question would be taken now.").Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable).WithMetadata(OpenToAll.Mark);
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi();
        app.MapPage();
    }

    private static void AddErrors(this RouteHandlerBuilder endpoint)
    {
        foreach (int status in new[] { 400, 401, 404, 408, 413, 415, 429, 503 })
        {
            endpoint.Produces<ErrorBody>(status);
        }
    }

    /// <summary>Whoever started the server decides when it ends; Ctrl+C is the program's.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
