using CommSharp.Checkpoints;
using CommSharp.Training.Tracking;
using Spectre.Console;

namespace CommSharp.Cli.Training;

/// <summary>
/// Shows on standard error how a training goes: on a screen one line that is always true, in a file or a pipe a line now and then. Validations, and the
/// end, are lines that stay.
/// </summary>
/// <param name="console">Standard error.</param>
/// <param name="clock">The clock.</param>
internal sealed class TerminalTracker(IAnsiConsole console, TimeProvider clock) : ITrainingTracker
{
    private const double SmoothedSteps = 50;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenPictures = TimeSpan.FromMilliseconds(100);

    private readonly RecentSteps _recent = new(clock);
    private readonly bool _isScreen = console.Profile.Capabilities is { Interactive: true, Ansi: true };
    private TrainingStart? _start;
    private SmoothedValue _loss = new(SmoothedSteps);
    private long? _shownAt;
    private long _startedAt;
    private bool _hasOpenLine;

    /// <inheritdoc/>
    public void Start(TrainingStart start)
    {
        (_start, _loss, _shownAt, _startedAt) = (start, new SmoothedValue(SmoothedSteps), null, clock.GetTimestamp());
        _recent.Clear();
        WriteLine($"{Printable.Plain(start.Name)}: {TrainingLine.Count(start.TotalSteps)} steps over {TrainingLine.Count(start.Samples)} samples, "
            + $"{TrainingLine.Count(start.TrainedParameters)} of {TrainingLine.Count(start.Parameters)} parameters are trained");
        if (start.FirstStep > 0)
        {
            WriteLine($"goes on after step {TrainingLine.Count(start.FirstStep)}");
        }
    }

    /// <inheritdoc/>
    public void Step(StepReport step)
    {
        double loss = _loss.Add(step.Loss);
        _recent.Add(step);
        TimeSpan pause = _isScreen ? BetweenPictures : BetweenLines;
        if (_start is not { } start || (_shownAt is { } shown && clock.GetElapsedTime(shown) < pause && step.Step < start.TotalSteps))
        {
            return;
        }

        _shownAt = clock.GetTimestamp();

        // A loss that is no number is what a person must see, and the mean leaves it out.
        IReadOnlyList<string> parts = TrainingLine.Parts(start, step, double.IsFinite(step.Loss) ? loss : step.Loss, _recent);
        if (_isScreen)
        {
            double done = start.TotalSteps > 0 ? (double)step.Step / start.TotalSteps : 1;
            Redraw(TrainingLine.Fitted(parts, done, console.Profile.Width - 1));
        }
        else
        {
            WriteLine(TrainingLine.Whole(parts));
        }
    }

    /// <inheritdoc/>
    public void Validate(ValidationReport validation) => WriteLine(TrainingLine.Of(validation));

    /// <inheritdoc/>
    public void Probe(ProbeReport probe) => WriteLine(TrainingLine.Of(probe));

    /// <inheritdoc/>
    public void Save(string checkpoint, long step)
    {
    }

    /// <inheritdoc/>
    public void Finish(TrainingEnd end)
    {
        string how = end.IsComplete ? "done" : "stopped";
        WriteLine($"{how} after step {TrainingLine.Count(end.Step)}, {TrainingLine.Duration(clock.GetElapsedTime(_startedAt))} since the start");
    }

    /// <summary>Leaves the cursor on a line of its own.</summary>
    public void Dispose() => CloseLine(keep: true);

    /// <summary>The cursor waits at the line's beginning, where another message would take its place.</summary>
    private void Redraw(string line)
    {
        console.Write(new ControlCode($"\r\u001b[2K{line}\r"));
        _hasOpenLine = true;
    }

    private void WriteLine(string line)
    {
        CloseLine(keep: false);
        console.WriteLine(line);
    }

    private void CloseLine(bool keep)
    {
        if (_hasOpenLine)
        {
            console.Write(new ControlCode(keep ? "\n" : "\r\u001b[2K"));
            _hasOpenLine = false;
        }
    }
}
