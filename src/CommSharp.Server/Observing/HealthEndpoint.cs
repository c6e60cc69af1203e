using CommSharp.Answering.Engine;
using CommSharp.Chat;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CommSharp.Server.Observing;

/// <summary>How a server is.</summary>
internal sealed record HealthReport(string Status, string Description, int Waiting, int Running);

/// <summary>GET /healthz: the process answers. GET /readyz: a question would be taken now.</summary>
internal sealed class HealthEndpoint(AnswerEngine engine, IHostApplicationLifetime lifetime)
{
    private readonly CommSharpHealthCheck _check = new(engine);

    public Task AliveAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status200OK, "ok", "The server answers.");

    public async Task ReadyAsync(HttpContext http)
    {
        HealthCheckResult result = await _check.CheckHealthAsync(new HealthCheckContext(), http.RequestAborted).ConfigureAwait(false);
        bool isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        bool isReady = result.Status == HealthStatus.Healthy && !isStopping;
        await WriteAsync(
            http,
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            isReady ? "ready" : "not ready",
            isStopping ? "The server is stopping." : result.Description ?? "").ConfigureAwait(false);
    }

    private Task WriteAsync(HttpContext http, int status, string word, string description)
    {
        EngineMeasures measures = engine.Measures;
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        var report = new HealthReport(word, description, measures.Waiting, measures.Running);
        return http.Response.WriteAsJsonAsync(report, ServerJson.Default.HealthReport, contentType: null, http.RequestAborted);
    }
}
