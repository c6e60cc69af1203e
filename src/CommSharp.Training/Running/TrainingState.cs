using CommSharp.Training.Batching;

namespace CommSharp.Training.Running;

/// <summary>Where the training of a whole model stands, apart from its tensors.</summary>
public sealed record TrainingState : RunState
{
    /// <summary>The first model, so that it is not exchanged meanwhile: a hash over its files' names, sizes and ends.</summary>
    public required string StartingModel { get; init; }

    /// <summary>The pictures and records that could not be used.</summary>
    public IReadOnlyList<UnreadableSample> Unreadable { get; init; } = [];

    /// <summary>After which step held-out samples were scored last.</summary>
    public long? ScoredStep { get; init; }

    /// <summary>The lowest loss on held-out samples so far.</summary>
    public double? BestLoss { get; init; }

    /// <summary>After which step it was.</summary>
    public long? BestStep { get; init; }
}
