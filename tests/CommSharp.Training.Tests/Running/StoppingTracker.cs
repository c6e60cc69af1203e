using CommSharp.Training.Tracking;

namespace CommSharp.Training.Tests.Running;

/// <summary>Cancels a training after so many of its steps, as a person does with Ctrl+C.</summary>
internal sealed class StoppingTracker(int steps, CancellationTokenSource source) : ITrainingTracker
{
    private int _left = steps;

    public void Start(TrainingStart start)
    {
    }

    public void Step(StepReport step)
    {
        if (--_left <= 0)
        {
            source.Cancel();
        }
    }

    public void Validate(ValidationReport validation)
    {
    }

    public void Save(string checkpoint, long step)
    {
    }

    public void Finish(TrainingEnd end)
    {
    }

    public void Dispose()
    {
    }
}
