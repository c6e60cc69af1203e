using CommSharp.Training.Batching;

namespace CommSharp.Training.Running;

/// <summary>Where a training stands, apart from its tensors. Everything random is a function of the recipe's seed and the step, so no generator is part of it.</summary>
public sealed record TrainingState
{
    /// <summary>The version of this format that the library writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of this format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The run: the hash of its resolved recipe.</summary>
    public required string Identity { get; init; }

    /// <summary>The first model, so that it is not exchanged meanwhile: a hash over its files' names, sizes and ends.</summary>
    public required string StartingModel { get; init; }

    /// <summary>The number of steps that are done; the position in the data follows from it.</summary>
    public required long Step { get; init; }

    /// <summary>How many steps there are in all.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>The pictures and records that could not be used.</summary>
    public IReadOnlyList<UnreadableSample> Unreadable { get; init; } = [];

    /// <summary>After which step held-out samples were scored last.</summary>
    public long? ScoredStep { get; init; }

    /// <summary>The lowest loss on held-out samples so far.</summary>
    public double? BestLoss { get; init; }

    /// <summary>After which step it was.</summary>
    public long? BestStep { get; init; }
}
