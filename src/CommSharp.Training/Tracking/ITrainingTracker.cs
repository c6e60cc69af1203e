namespace CommSharp.Training.Tracking;

/// <summary>Somebody who is told how a training goes: the terminal, a log, TensorBoard. Called on the training's own thread.</summary>
public interface ITrainingTracker : IDisposable
{
    /// <summary>The training starts, or goes on after a stop. What was tracked beyond <see cref="TrainingStart.FirstStep"/> is to be forgotten.</summary>
    void Start(TrainingStart start);

    /// <summary>A step is done.</summary>
    void Step(StepReport step);

    /// <summary>Held-out samples were scored.</summary>
    void Validate(ValidationReport validation);

    /// <summary>A tower that is being pretrained was probed.</summary>
    void Probe(ProbeReport probe)
    {
    }

    /// <summary>A state was saved.</summary>
    void Save(string checkpoint, long step);

    /// <summary>The training has come to its end, or stops to go on another time.</summary>
    void Finish(TrainingEnd end);
}
