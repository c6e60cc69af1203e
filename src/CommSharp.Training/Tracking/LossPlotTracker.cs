using CommSharp.Checkpoints;
using CommSharp.Training.Tracking.Logs;
using CommSharp.Training.Tracking.Plots;

namespace CommSharp.Training.Tracking;

/// <summary>
/// Draws loss.png and layers.png into the run's folder at each validation and at the end. A training that goes on begins with the curves that log.jsonl
/// holds of the steps behind it.
/// </summary>
public sealed class LossPlotTracker : ITrainingTracker
{
    /// <summary>The plot of losses and of the learning rate.</summary>
    public const string LossName = "loss.png";

    /// <summary>The plot of the layers' learned weights.</summary>
    public const string LayersName = "layers.png";

    private LossCurve _curve = new();
    private string _name = "", _folder = "";
    private (long Step, IReadOnlyList<LayerWeights> Weights)? _first, _now;

    /// <inheritdoc/>
    /// <exception cref="CommSharpException">The log of what is behind cannot be read.</exception>
    public void Start(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        (_name, _folder, _curve, _first, _now) = (start.Name, start.Folder, new LossCurve(), null, null);
        foreach (TrainingRecord record in TrainingLog.Until(start.Folder, start.FirstStep))
        {
            switch (record)
            {
                case StepRecord step:
                    _curve.Add(step.Step, step.Loss, step.Rates);
                    break;
                case ValidationRecord validation:
                    Add(validation.Step, validation.Loss, validation.LayerWeights);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Step(StepReport step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _curve.Add(step.Step, step.Loss, step.Rates);
    }

    /// <inheritdoc/>
    public void Validate(ValidationReport validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        Add(validation.Step, validation.Loss, validation.LayerWeights);
        Draw();
    }

    /// <inheritdoc/>
    public void Save(string checkpoint, long step)
    {
    }

    /// <inheritdoc/>
    public void Finish(TrainingEnd end) => Draw();

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Add(long step, double loss, IReadOnlyList<LayerWeights> weights)
    {
        _curve.AddValidation(step, loss);
        if (weights.Count > 0)
        {
            _now = (step, weights);
            _first ??= _now;
        }
    }

    private void Draw()
    {
        if (_curve.Losses.Count > 0 || _curve.Validations.Count > 0)
        {
            AtomicFile.WriteBytes(Path.Combine(_folder, LossName), LossPlot.Png(_name, _curve));
        }

        if (_first is { } first && _now is { } now)
        {
            AtomicFile.WriteBytes(Path.Combine(_folder, LayersName), LayerPlot.Png(_name, first.Step, first.Weights, now.Step, now.Weights));
        }
    }
}
