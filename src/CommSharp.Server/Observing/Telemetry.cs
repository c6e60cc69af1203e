using CommSharp.Answering.Engine;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CommSharp.Server.Observing;

/// <summary>What is measured and for whom: docs/decisions/0022.</summary>
internal static class Telemetry
{
    /// <summary>Seconds; the SDK's own bounds are meant for milliseconds.</summary>
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    private static readonly string[] Durations = ["commsharp.queue.duration", "commsharp.first_token.duration", "commsharp.answer.duration"];

    public static void AddTo(IServiceCollection services, Uri? otlp)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry();
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(CommSharpTelemetry.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime");
            foreach (string name in Durations)
            {
                metrics.AddView(name, new ExplicitBucketHistogramConfiguration { Boundaries = Seconds });
            }

            metrics.AddPrometheusExporter();
            if (otlp is not null)
            {
                metrics.AddOtlpExporter(exporter => exporter.Endpoint = otlp);
            }
        });
        if (otlp is not null)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(CommSharpTelemetry.ActivitySourceName, "Microsoft.AspNetCore")
                .AddOtlpExporter(exporter => exporter.Endpoint = otlp));
        }
    }
}
