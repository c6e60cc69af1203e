using CommSharp.Training.Tracking.Events;

namespace CommSharp.Training.Tracking;

/// <summary>
/// Writes what TensorBoard shows into the folder "tensorboard" of a run. A training that goes on begins another file, whose first event makes
/// TensorBoard forget what was done beyond its step.
/// </summary>
/// <param name="clock">Tells the time of the events.</param>
public sealed class TensorBoardTracker(TimeProvider clock) : ITrainingTracker
{
    /// <summary>The name of the folder in that of a run.</summary>
    public const string FolderName = "tensorboard";

    private TensorBoardEvents? _events;

    /// <inheritdoc/>
    public void Start(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _events?.Dispose();
        _events = new TensorBoardEvents(Path.Combine(start.Folder, FolderName), start.FirstStep, clock);
    }

    /// <inheritdoc/>
    public void Step(StepReport step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _events?.Write(step.Step, ScalarsOf(step));
    }

    /// <inheritdoc/>
    public void Validate(ValidationReport validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        _events?.Write(validation.Step, ScalarsOf(validation));
    }

    /// <inheritdoc/>
    public void Probe(ProbeReport probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        _events?.Write(probe.Step, probe.Measures.Select(measure => ($"probe/{measure.Name}", measure.Value)));
    }

    /// <inheritdoc/>
    public void Save(string checkpoint, long step)
    {
    }

    /// <inheritdoc/>
    public void Finish(TrainingEnd end)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    private static IEnumerable<(string Tag, double Value)> ScalarsOf(StepReport step)
    {
        yield return ("train/loss", step.Loss);
        yield return ("train/gradient_norm", step.GradientNorm);
        yield return ("train/epoch", step.Epoch);
        if (step.Guidance is { } guidance)
        {
            yield return ("train/guidance", guidance);
        }

        if (step.WordGuidance is { } words)
        {
            yield return ("train/word_guidance", words);
        }

        foreach (GroupRate rate in step.Rates)
        {
            yield return ($"learning_rate/{rate.Group}", rate.Rate);
        }

        double seconds = step.Times.Total.TotalSeconds;
        if (seconds > 0)
        {
            yield return ("speed/samples_per_second", step.Samples / seconds);
            yield return ("speed/tokens_per_second", step.Tokens / seconds);
            yield return ("speed/data_wait_share", step.Times.Data.TotalSeconds / seconds);
        }

        yield return ("memory/resident_gigabytes", step.MemoryBytes / 1e9);
    }

    private static IEnumerable<(string Tag, double Value)> ScalarsOf(ValidationReport validation)
    {
        yield return ("validation/loss", validation.Loss);
        if (validation.ExactAnswers is { } exact)
        {
            yield return ("validation/exact_answers", exact);
        }

        if (validation.MeanIoU is { } iou)
        {
            yield return ("validation/mean_iou", iou);
        }

        foreach (LayerWeights branch in validation.LayerWeights)
        {
            foreach ((int layer, double weight) in branch.Layers.Zip(branch.Weights))
            {
                yield return (FormattableString.Invariant($"layer_weights/{branch.Branch}/{layer:D2}"), weight);
            }
        }
    }
}
