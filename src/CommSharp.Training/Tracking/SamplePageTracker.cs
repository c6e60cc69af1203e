using CommSharp.Checkpoints;
using CommSharp.Training.Tracking.Logs;
using CommSharp.Training.Tracking.Pages;

namespace CommSharp.Training.Tracking;

/// <summary>
/// Writes samples.html at each validation: the newest one with pictures, boxes and answers, and the ones before it in short, also after a stop, from
/// log.jsonl.
/// </summary>
public sealed class SamplePageTracker : ITrainingTracker
{
    /// <summary>The page's name in the folder of a run.</summary>
    public const string FileName = "samples.html";

    private const int Earlier = 5; // validations shown in short

    private readonly List<EarlierValidation> _earlier = [];
    private string _name = "", _folder = "";

    /// <inheritdoc/>
    /// <exception cref="CommSharpException">The log of what is behind cannot be read.</exception>
    public void Start(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        (_name, _folder) = (start.Name, start.Folder);
        _earlier.Clear();
        foreach (ValidationRecord record in TrainingLog.Until(start.Folder, start.FirstStep).OfType<ValidationRecord>())
        {
            Keep(new EarlierValidation(record.Step, record.Loss, record.ExactAnswers, record.MeanIoU, record.Answers));
        }
    }

    /// <inheritdoc/>
    public void Step(StepReport step)
    {
    }

    /// <inheritdoc/>
    public void Validate(ValidationReport validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        _earlier.RemoveAll(each => each.Step >= validation.Step);
        AtomicFile.WriteText(Path.Combine(_folder, FileName), AnswerPage.Write(_name, validation, _earlier));
        AnswerRecord[] answers = [.. validation.Answers.Select(AnswerRecord.Of)];
        Keep(new EarlierValidation(validation.Step, validation.Loss, validation.ExactAnswers, validation.MeanIoU, answers));
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
    public void Dispose()
    {
    }

    /// <summary>The newest first.</summary>
    private void Keep(EarlierValidation validation)
    {
        _earlier.RemoveAll(each => each.Step == validation.Step);
        _earlier.Insert(0, validation);
        if (_earlier.Count > Earlier)
        {
            _earlier.RemoveAt(Earlier);
        }
    }
}
