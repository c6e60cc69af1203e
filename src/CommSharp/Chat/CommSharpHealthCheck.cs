using CommSharp.Answering.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CommSharp.Chat;

/// <summary>
/// Whether an engine answers: unhealthy when it has stopped, degraded while its queue is full. Its data are the engine's measures. Registered with
/// <c>services.AddHealthChecks().AddCheck&lt;CommSharpHealthCheck&gt;("commsharp")</c>; the first check waits for the model.
/// </summary>
/// <param name="engine">The engine.</param>
public sealed class CommSharpHealthCheck(AnswerEngine engine) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        EngineMeasures measures = engine.Measures;
        var data = new Dictionary<string, object>
        {
            ["waiting"] = measures.Waiting,
            ["running"] = measures.Running,
            ["answered"] = measures.Answered,
            ["failed"] = measures.Failed,
            ["tokens"] = measures.Tokens,
        };
        return Task.FromResult(
            !engine.IsRunning ? HealthCheckResult.Unhealthy("The engine has stopped.", data: data)
            : measures.Waiting >= engine.Options.MaxQueue ? HealthCheckResult.Degraded($"{measures.Waiting} questions wait; further ones are refused.", data: data)
            : HealthCheckResult.Healthy($"{measures.Running} answers are being generated, {measures.Waiting} questions wait.", data: data));
    }
}
