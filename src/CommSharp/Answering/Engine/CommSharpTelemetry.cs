using System.Diagnostics;

namespace CommSharp.Answering.Engine;

/// <summary>The names under which CommSharp reports what it does, for OpenTelemetry's <c>AddMeter</c> and <c>AddSource</c>.</summary>
public static class CommSharpTelemetry
{
    /// <summary>
    /// The meter of every engine. Gauges: <c>commsharp.queue.length</c>, <c>commsharp.rows.running</c>, <c>commsharp.image_cache.size</c> (bytes).
    /// Counters: <c>commsharp.questions</c> (tag <c>outcome</c>: answered, cancelled, failed, refused), <c>commsharp.tokens.generated</c>,
    /// <c>commsharp.vision.calls</c>, <c>commsharp.image_cache.hits</c>. Histograms, in seconds: <c>commsharp.queue.duration</c>,
    /// <c>commsharp.first_token.duration</c> and <c>commsharp.answer.duration</c>, both from the moment of asking.
    /// </summary>
    public const string MeterName = "CommSharp";

    /// <summary>The source of one activity for each question, <c>commsharp.answer</c>, with its tokens, pictures and finish as tags.</summary>
    public const string ActivitySourceName = "CommSharp";

    internal static ActivitySource Activities { get; } = new(ActivitySourceName);
}
