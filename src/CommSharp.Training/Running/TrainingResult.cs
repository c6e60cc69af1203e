namespace CommSharp.Training.Running;

/// <summary>How a training ended.</summary>
public sealed record TrainingResult
{
    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The last step that was done.</summary>
    public required long Step { get; init; }

    /// <summary>The number of steps in all.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Whether that was the last of all; else the same command goes on.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The folder of the trained model; null while incomplete.</summary>
    public string? Model { get; init; }

    /// <summary>The folder of the model with the lowest held-out loss, where that is another one.</summary>
    public string? BestModel { get; init; }

    /// <summary>The loss of the last step, in nats a token; null when none was done yet.</summary>
    public double? Loss { get; init; }

    /// <summary>The last loss on held-out samples; null when there are none, when they were not scored yet, or when it was no number.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The share of held-out samples that were answered exactly, 0..1, when they were scored last; null where none was asked for.</summary>
    public double? ExactAnswers { get; init; }

    /// <summary>The mean overlap of their true and answered boxes, 0..1; null where none has a box.</summary>
    public double? MeanIoU { get; init; }

    /// <summary>The seconds that the run took, over all of its starts.</summary>
    public double Seconds { get; init; }

    /// <summary>With folders as the run's folder sees them, so that it can be moved.</summary>
    internal TrainingResult WithinRun() => this with
    {
        Folder = ".",
        Model = Model is null ? null : Path.GetRelativePath(Folder, Model),
        BestModel = BestModel is null ? null : Path.GetRelativePath(Folder, BestModel),
    };

    /// <summary>With folders in full, after <see cref="WithinRun"/>.</summary>
    /// <param name="from">Where the run's folder is now.</param>
    internal TrainingResult Seen(string from) => this with
    {
        Folder = from,
        Model = Model is null ? null : Path.GetFullPath(Model, from),
        BestModel = BestModel is null ? null : Path.GetFullPath(BestModel, from),
    };
}
