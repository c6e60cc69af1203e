using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tracking;

/// <summary>
/// Writes log.jsonl: one line for each step, validation, saved state and end. Each line is with the operating system when the call returns, so a killed
/// training loses none; at validations, saved states and the end the file is on the disk. A training that goes on cuts off what lies beyond its step.
/// </summary>
/// <param name="clock">Tells the time of the lines.</param>
public sealed class JsonLinesTracker(TimeProvider clock) : ITrainingTracker
{
    private FileStream? _stream;
    private string _folder = "";

    /// <inheritdoc/>
    /// <exception cref="CommSharpException">The log cannot be written, or an older one has a line that is no record.</exception>
    public void Start(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _folder = start.Folder;
        string path = Path.Combine(_folder, TrainingLog.FileName);
        _stream?.Dispose();
        _stream = null;
        TrainingLog.Cut(path, start.FirstStep);
        Guard(path, () => _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read));
        Append(new StartRecord(start.FirstStep, Now, start.Name, start.TotalSteps, start.TrainedParameters, start.Parameters, start.Samples), toDisk: true);
    }

    /// <inheritdoc/>
    public void Step(StepReport step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Append(new StepRecord(
            step.Step,
            Now,
            step.Epoch,
            step.Loss,
            step.GradientNorm,
            step.Rates,
            step.Samples,
            step.Tokens,
            step.AnswerTokens,
            step.Unreadable,
            step.MemoryBytes,
            StepSeconds.Of(step.Times))
        {
            Guidance = step.Guidance,
            WordGuidance = step.WordGuidance,
        });
    }

    /// <inheritdoc/>
    public void Validate(ValidationReport validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        AnswerRecord[] answers = [.. validation.Answers.Select(AnswerRecord.Of)];
        Append(
            new ValidationRecord(
                validation.Step, Now, validation.Loss, validation.ExactAnswers, validation.MeanIoU, validation.IsBest, validation.LayerWeights, answers),
            toDisk: true);
    }

    /// <inheritdoc/>
    public void Probe(ProbeReport probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        Append(new ProbeRecord(probe.Step, Now, probe.Measures, probe.Warning), toDisk: true);
    }

    /// <inheritdoc/>
    public void Save(string checkpoint, long step) => Append(new SaveRecord(step, Now, InRun(checkpoint)), toDisk: true);

    /// <inheritdoc/>
    public void Finish(TrainingEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        Append(new EndRecord(end.Step, Now, end.IsComplete, end.Model is { } model ? InRun(model) : null), toDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Seen from the run's folder, which may be moved; of a place outside only the name.</summary>
    private string InRun(string path)
    {
        string relative = Path.GetRelativePath(_folder, path).Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) : relative;
    }

    private void Append(TrainingRecord record, bool toDisk = false)
    {
        FileStream stream = _stream ?? throw new InvalidOperationException("The training has not started.");
        Guard(stream.Name, () =>
        {
            stream.Write(TrackingJson.Line(record));
            stream.Flush(toDisk);
        });
    }

    private static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException(
                $"{path}: cannot be written: {error.Message}; make room or mend its rights, then resume: nothing up to the last checkpoint is lost.", error);
        }
    }
}
