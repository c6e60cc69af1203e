using System.Diagnostics;
using System.Threading.Channels;
using CommSharp.Generation;
using CommSharp.Text;

namespace CommSharp.Answering.Engine;

/// <summary>A question on its way through an engine: it waits, its answer is generated, and it ends exactly once.</summary>
internal sealed class AnswerJob
{
    private readonly Channel<AnswerPiece> _pieces = Channel.CreateUnbounded<AnswerPiece>(
        new UnboundedChannelOptions { SingleWriter = true, SingleReader = false, AllowSynchronousContinuations = false });

    private readonly TaskCompletionSource<Answer> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly EngineMeter _meter;
    private readonly Activity? _activity;
    private readonly CancellationToken _cancellationToken;
    private readonly long _asked = Stopwatch.GetTimestamp();
    private CancellationTokenRegistration _registration;
    private TimeSpan _begun, _seen, _firstToken;
    private int _over;

    internal AnswerJob(Question question, AssembledPrompt prompt, IReadOnlyList<string> hashes, EngineMeter meter, CancellationToken cancellationToken)
    {
        Question = question;
        Prompt = prompt;
        Hashes = hashes;
        Ids = [.. prompt.Ids.Select(id => (long)id)];
        _meter = meter;
        _cancellationToken = cancellationToken;
        Pending = new PendingAnswer(_pieces.Reader, _whole.Task);
        _activity = StartActivity(prompt, question);
    }

    internal Question Question { get; }

    internal AssembledPrompt Prompt { get; }

    /// <summary>The prompt's tokens.</summary>
    internal IReadOnlyList<long> Ids { get; }

    /// <summary>For each picture what identifies it.</summary>
    internal IReadOnlyList<string> Hashes { get; }

    internal PendingAnswer Pending { get; }

    /// <summary>Whether nobody waits any more.</summary>
    internal bool IsOver => Volatile.Read(ref _over) != 0;

    /// <summary>The answer's row in the batch, once it has one.</summary>
    internal GenerationRow? Row { get; private set; }

    internal AnswerDraft? Draft { get; private set; }

    /// <summary>Lets cancellation end the job at once for who waits; the engine looks between tokens. Once it can be seen by the engine.</summary>
    internal void Watch()
    {
        CancellationTokenRegistration registration = _cancellationToken.UnsafeRegister(job => ((AnswerJob)job!).GiveUp(), this);
        lock (_gate)
        {
            _registration = registration;
        }

        if (IsOver) // it may have ended before there was a registration to take back
        {
            registration.Unregister();
        }
    }

    internal void Begin()
    {
        _begun = Stopwatch.GetElapsedTime(_asked);
        _meter.Queued(_begun);
    }

    internal void Saw() => _seen = Stopwatch.GetElapsedTime(_asked);

    internal void Prepare((GenerationRow Row, AnswerDraft Draft) begun) => (Row, Draft) = begun;

    internal void Token()
    {
        _meter.Token();
        if (_firstToken == default)
        {
            _firstToken = Stopwatch.GetElapsedTime(_asked);
            _meter.FirstToken(_firstToken);
        }
    }

    internal void Send(AnswerPiece piece) => _pieces.Writer.TryWrite(piece);

    internal AnswerTiming Timing()
    {
        TimeSpan end = Stopwatch.GetElapsedTime(_asked), first = _firstToken == default ? end : _firstToken;
        return new AnswerTiming((_seen - _begun).TotalSeconds, (first - _seen).TotalSeconds, (end - first).TotalSeconds);
    }

    internal void Complete(Answer answer)
    {
        if (End())
        {
            _meter.Answered(Stopwatch.GetElapsedTime(_asked));
            _activity?.SetTag("commsharp.tokens.answer", answer.Usage.AnswerTokens).SetTag("commsharp.finish", answer.Finish.ToString());
            _activity?.Dispose();
            _pieces.Writer.Complete();
            _whole.SetResult(answer);
        }
    }

    internal void Fail(Exception error)
    {
        if (End())
        {
            _meter.Failed();
            _activity?.SetStatus(ActivityStatusCode.Error, error.Message).Dispose();
            _pieces.Writer.Complete(error);
            _whole.SetException(error);
            _ = _whole.Task.Exception; // who reads the pieces has the error from there, and need not look at the task
        }
    }

    /// <summary>Ends a job that was never taken.</summary>
    internal void Discard() => _activity?.SetStatus(ActivityStatusCode.Error, "refused").Dispose();

    private void GiveUp()
    {
        if (End())
        {
            _meter.GivenUp();
            _activity?.SetStatus(ActivityStatusCode.Error, "cancelled").Dispose();
            _pieces.Writer.Complete(new OperationCanceledException(_cancellationToken));
            _whole.SetCanceled(_cancellationToken);
        }
    }

    private bool End()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
        {
            return false;
        }

        lock (_gate)
        {
            _registration.Unregister();
        }

        return true;
    }

    /// <summary>The activity belongs to who asks, but must not become the parent of what he does next.</summary>
    private static Activity? StartActivity(AssembledPrompt prompt, Question question)
    {
        Activity? caller = Activity.Current;
        Activity? activity = CommSharpTelemetry.Activities.StartActivity("commsharp.answer");
        Activity.Current = caller;
        return activity?.SetTag("commsharp.tokens.prompt", prompt.Tokens.Count).SetTag("commsharp.pictures", question.Images.Count);
    }
}
