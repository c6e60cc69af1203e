namespace CommSharp.Training.Tracking;

/// <summary>
/// Several trackers as one. One that fails is reported once and then left out, since no picture or page is worth a training; but a failure of a required
/// one stops the training. That is the log: plots, cards and a training that goes on are made from it, a hole in it cannot be filled later, and a disk
/// that takes no line takes no checkpoint either.
/// </summary>
/// <param name="required">Those without which the training stops; told first.</param>
/// <param name="optional">Those that are left out when they fail.</param>
/// <param name="report">Takes one line about each that is left out.</param>
public sealed class TrackerGroup(IEnumerable<ITrainingTracker> required, IEnumerable<ITrainingTracker> optional, Action<string> report) : ITrainingTracker
{
    private readonly ITrainingTracker[] _required = [.. required];
    private readonly List<ITrainingTracker> _optional = [.. optional];
    private readonly List<ITrainingTracker> _leftOut = [];

    /// <inheritdoc/>
    public void Start(TrainingStart start) => Tell(tracker => tracker.Start(start));

    /// <inheritdoc/>
    public void Step(StepReport step) => Tell(tracker => tracker.Step(step));

    /// <inheritdoc/>
    public void Validate(ValidationReport validation) => Tell(tracker => tracker.Validate(validation));

    /// <inheritdoc/>
    public void Probe(ProbeReport probe) => Tell(tracker => tracker.Probe(probe));

    /// <inheritdoc/>
    public void Save(string checkpoint, long step) => Tell(tracker => tracker.Save(checkpoint, step));

    /// <inheritdoc/>
    public void Finish(TrainingEnd end) => Tell(tracker => tracker.Finish(end));

    /// <summary>Disposes of all, those left out among them, whatever some of them say to that.</summary>
    public void Dispose()
    {
        foreach (ITrainingTracker tracker in _optional.ToArray())
        {
            TryTell(tracker, each => each.Dispose());
        }

        foreach (ITrainingTracker tracker in _leftOut)
        {
            DisposeQuietly(tracker);
        }

        _optional.Clear();
        _leftOut.Clear();
        foreach (ITrainingTracker tracker in _required)
        {
            tracker.Dispose();
        }
    }

    private void Tell(Action<ITrainingTracker> call)
    {
        foreach (ITrainingTracker tracker in _required)
        {
            call(tracker);
        }

        foreach (ITrainingTracker tracker in _optional.ToArray())
        {
            TryTell(tracker, call);
        }
    }

    // Whatever goes wrong while a plot is drawn, days of training do not end for it; a request to stop is no failure.
    private void TryTell(ITrainingTracker tracker, Action<ITrainingTracker> call)
    {
        try
        {
            call(tracker);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _optional.Remove(tracker);
            _leftOut.Add(tracker);
            string message = error.Message.ReplaceLineEndings(" ").Trim();
            report($"{tracker.GetType().Name} is left out from here on, the training goes on: {(error is CommSharpException ? message : $"{error.GetType().Name}: {message}")}");
        }
    }

    private static void DisposeQuietly(ITrainingTracker tracker)
    {
        try
        {
            tracker.Dispose();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // It was reported when it failed first.
        }
    }
}
