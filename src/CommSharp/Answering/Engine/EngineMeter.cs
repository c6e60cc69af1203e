using System.Diagnostics.Metrics;

namespace CommSharp.Answering.Engine;

/// <summary>Counts what an engine does, for its <see cref="EngineMeasures"/> and for listeners to its meter. Written by several threads.</summary>
internal sealed class EngineMeter : IDisposable
{
    private const string Outcome = "outcome";

    private readonly Meter _meter = new(CommSharpTelemetry.MeterName);
    private readonly Counter<long> _questions, _generated, _seen, _reused;
    private readonly Histogram<double> _queued, _firstToken, _whole;
    private long _answered, _givenUp, _failed, _tokens, _steps, _visionCalls, _imageHits, _imageBytes, _waiting, _running, _mostRows, _promptRuns;

    internal EngineMeter()
    {
        _questions = _meter.CreateCounter<long>("commsharp.questions", "{question}", "Questions that came to an end, by outcome.");
        _generated = _meter.CreateCounter<long>("commsharp.tokens.generated", "{token}", "Tokens of answers.");
        _seen = _meter.CreateCounter<long>("commsharp.vision.calls", "{picture}", "Pictures that went through the towers.");
        _reused = _meter.CreateCounter<long>("commsharp.image_cache.hits", "{picture}", "Pictures whose tokens were kept from before.");
        _queued = _meter.CreateHistogram<double>("commsharp.queue.duration", "s", "How long questions waited.");
        _firstToken = _meter.CreateHistogram<double>("commsharp.first_token.duration", "s", "From asking to the first token.");
        _whole = _meter.CreateHistogram<double>("commsharp.answer.duration", "s", "From asking to the last token.");
        _meter.CreateObservableGauge("commsharp.queue.length", () => Interlocked.Read(ref _waiting), "{question}", "Questions that wait.");
        _meter.CreateObservableGauge("commsharp.rows.running", () => Interlocked.Read(ref _running), "{answer}", "Answers that are being generated.");
        _meter.CreateObservableGauge("commsharp.image_cache.size", () => Interlocked.Read(ref _imageBytes), "By", "Pictures' tokens that are kept.");
    }

    internal EngineMeasures Measures => new(
        (int)Interlocked.Read(ref _waiting),
        (int)Interlocked.Read(ref _running),
        Interlocked.Read(ref _answered),
        Interlocked.Read(ref _givenUp),
        Interlocked.Read(ref _failed),
        Interlocked.Read(ref _tokens),
        Interlocked.Read(ref _steps),
        (int)Interlocked.Read(ref _mostRows),
        Interlocked.Read(ref _visionCalls),
        Interlocked.Read(ref _imageHits),
        Interlocked.Read(ref _imageBytes),
        Interlocked.Read(ref _promptRuns));

    internal void Waiting(int count) => Interlocked.Exchange(ref _waiting, count);

    internal void Running(int count)
    {
        Interlocked.Exchange(ref _running, count);
        Interlocked.Exchange(ref _mostRows, Math.Max(_mostRows, count));
    }

    internal void Step() => Interlocked.Increment(ref _steps);

    internal void RunPrompts() => Interlocked.Increment(ref _promptRuns);

    internal void Token()
    {
        Interlocked.Increment(ref _tokens);
        _generated.Add(1);
    }

    internal void Pictures(int seen, int reused, long bytes)
    {
        Interlocked.Add(ref _visionCalls, seen);
        Interlocked.Add(ref _imageHits, reused);
        Interlocked.Exchange(ref _imageBytes, bytes);
        _seen.Add(seen);
        _reused.Add(reused);
    }

    internal void Queued(TimeSpan duration) => _queued.Record(duration.TotalSeconds);

    internal void FirstToken(TimeSpan duration) => _firstToken.Record(duration.TotalSeconds);

    internal void Answered(TimeSpan duration)
    {
        Interlocked.Increment(ref _answered);
        _questions.Add(1, new KeyValuePair<string, object?>(Outcome, "answered"));
        _whole.Record(duration.TotalSeconds);
    }

    internal void GivenUp()
    {
        Interlocked.Increment(ref _givenUp);
        _questions.Add(1, new KeyValuePair<string, object?>(Outcome, "cancelled"));
    }

    internal void Failed()
    {
        Interlocked.Increment(ref _failed);
        _questions.Add(1, new KeyValuePair<string, object?>(Outcome, "failed"));
    }

    internal void Refused() => _questions.Add(1, new KeyValuePair<string, object?>(Outcome, "refused"));

    public void Dispose() => _meter.Dispose();
}
