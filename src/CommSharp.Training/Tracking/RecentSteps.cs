namespace CommSharp.Training.Tracking;

/// <summary>
/// How fast a training is now: the last steps by the clock on the wall, so that validations and checkpoints between them count. It knows nothing of
/// steps that were done before a stop, so what it says after one is true of this machine.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="most">How many steps are looked back.</param>
public sealed class RecentSteps(TimeProvider clock, int most = 100)
{
    private readonly Queue<(long Timestamp, StepReport Step)> _steps = new();

    /// <summary>The mean time from step to step; null before the second one.</summary>
    public TimeSpan? TimePerStep => _steps.Count < 2 ? null : Elapsed / (_steps.Count - 1);

    /// <summary>Samples in a second of the clock; null before the second step.</summary>
    public double? SamplesPerSecond => PerSecond(step => step.Samples);

    /// <summary>Tokens in a second of the clock; null before the second step.</summary>
    public double? TokensPerSecond => PerSecond(step => step.Tokens);

    /// <summary>The share of the steps' own time in which the model waited for data, 0..1; null before the first step.</summary>
    public double? DataShare
    {
        get
        {
            double total = _steps.Sum(each => each.Step.Times.Total.TotalSeconds);
            return total > 0 ? _steps.Sum(each => each.Step.Times.Data.TotalSeconds) / total : null;
        }
    }

    private TimeSpan Elapsed => clock.GetElapsedTime(_steps.Peek().Timestamp, _steps.Last().Timestamp);

    /// <summary>Takes a step that was done just now.</summary>
    /// <param name="step">The step.</param>
    public void Add(StepReport step)
    {
        _steps.Enqueue((clock.GetTimestamp(), step));
        if (_steps.Count > most)
        {
            _steps.Dequeue();
        }
    }

    /// <summary>Forgets all: the training starts.</summary>
    public void Clear() => _steps.Clear();

    // The first step's end is where the clock starts, so its own samples do not count.
    private double? PerSecond(Func<StepReport, int> count) =>
        _steps.Count >= 2 && Elapsed > TimeSpan.Zero ? _steps.Skip(1).Sum(each => (double)count(each.Step)) / Elapsed.TotalSeconds : null;
}
