using CommSharp.Training.Tracking.Cards;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tracking;

/// <summary>Adds up what a training takes and comes to. One that goes on begins with what log.jsonl says of the steps behind it.</summary>
/// <param name="clock">Tells the time.</param>
public sealed class TimingTracker(TimeProvider clock) : ITrainingTracker
{
    private const int ShownLosses = 10;

    private readonly Queue<double> _losses = new();
    private StepSeconds _seconds = new(0, 0, 0, 0, 0);
    private DateTimeOffset? _start, _sessionStart, _end;
    private TimeSpan _earlierSessions;
    private int _sessions;
    private long _steps, _samples, _tokens, _peakMemory, _lastStep;
    private bool _isComplete;
    private ValidationOutcome? _last, _best;

    /// <summary>The sums up to the last call.</summary>
    public TrainingTotals Totals
    {
        get
        {
            double all = _seconds.Data + _seconds.Compute + _seconds.Optimizer + _seconds.Tracking + _seconds.Saving;
            return new TrainingTotals(
                _start,
                _end,
                _sessions,
                (_earlierSessions + Session).TotalSeconds,
                _seconds,
                _steps,
                _samples,
                _tokens,
                all > 0 ? _samples / all : 0,
                all > 0 ? _tokens / all : 0,
                _peakMemory);
        }
    }

    /// <summary>The losses and scores up to the last call.</summary>
    public TrainingOutcome Outcome => new(_isComplete, _lastStep, [.. _losses], _last, _best);

    private TimeSpan Session => _end - _sessionStart ?? TimeSpan.Zero;

    /// <inheritdoc/>
    /// <exception cref="CommSharpException">The log of what is behind cannot be read.</exception>
    public void Start(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Forget();
        TrainingRecord? newest = null;
        foreach (TrainingRecord record in TrainingLog.Until(start.Folder, start.FirstStep))
        {
            Take(record);
            newest = record;
        }

        // Where the log was told first, its newest line is this very start.
        if (newest is not StartRecord)
        {
            Begin(clock.GetUtcNow());
        }

        _lastStep = start.FirstStep;
    }

    /// <inheritdoc/>
    public void Step(StepReport step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Add(step.Step, step.Loss, step.Samples, step.Tokens, step.MemoryBytes, StepSeconds.Of(step.Times));
        _end = clock.GetUtcNow();
    }

    /// <inheritdoc/>
    public void Validate(ValidationReport validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        Add(new ValidationOutcome(validation.Step, validation.Loss, validation.ExactAnswers, validation.MeanIoU));
        _end = clock.GetUtcNow();
    }

    /// <inheritdoc/>
    public void Save(string checkpoint, long step) => _end = clock.GetUtcNow();

    /// <inheritdoc/>
    public void Finish(TrainingEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        _isComplete = end.IsComplete;
        _end = clock.GetUtcNow();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Forget()
    {
        _losses.Clear();
        _seconds = new StepSeconds(0, 0, 0, 0, 0);
        _start = _sessionStart = _end = null;
        _earlierSessions = TimeSpan.Zero;
        _sessions = 0;
        _steps = _samples = _tokens = _peakMemory = _lastStep = 0;
        _isComplete = false;
        _last = _best = null;
    }

    private void Take(TrainingRecord record)
    {
        switch (record)
        {
            case StartRecord:
                Begin(record.Time);
                return;
            case StepRecord step:
                Add(step.Step, step.Loss, step.Samples, step.Tokens, step.MemoryBytes, step.Seconds);
                break;
            case ValidationRecord validation:
                Add(new ValidationOutcome(validation.Step, validation.Loss, validation.ExactAnswers, validation.MeanIoU));
                break;
        }

        _end = record.Time;
    }

    /// <summary>A process begins; what the one before did ends with its last word.</summary>
    private void Begin(DateTimeOffset time)
    {
        _earlierSessions += Session;
        _sessions++;
        _start ??= time;
        _sessionStart = _end = time;
    }

    private void Add(long step, double loss, int samples, int tokens, long memory, StepSeconds seconds)
    {
        _losses.Enqueue(loss);
        if (_losses.Count > ShownLosses)
        {
            _losses.Dequeue();
        }

        _seconds = new StepSeconds(
            _seconds.Data + seconds.Data,
            _seconds.Compute + seconds.Compute,
            _seconds.Optimizer + seconds.Optimizer,
            _seconds.Tracking + seconds.Tracking,
            _seconds.Saving + seconds.Saving);
        _steps++;
        _samples += samples;
        _tokens += tokens;
        _peakMemory = Math.Max(_peakMemory, memory);
        _lastStep = step;
    }

    private void Add(ValidationOutcome validation)
    {
        _last = validation;
        _best = _best is null || validation.Loss < _best.Loss ? validation : _best;
    }
}
