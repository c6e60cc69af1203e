using CommSharp.Training.Batching;
using CommSharp.Training.Running;

namespace CommSharp.Training.Pretraining.Running;

/// <summary>Where a pretraining stands, apart from its tensors; teachers and centres are tensors, temperatures follow from the step.</summary>
public sealed record PretrainingState : RunState
{
    /// <summary>How many pictures an epoch has, so that they are not exchanged meanwhile.</summary>
    public required long Pictures { get; init; }

    /// <summary>
    /// The tower that DeiT learns from, so that it is not exchanged meanwhile, for a checkpoint holds its head alone: a hash over its files' names, sizes and ends. Null
    /// without such a tower, and in checkpoints of versions that did not note it.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>The pictures that could not be used.</summary>
    public IReadOnlyList<UnreadableSample> Unreadable { get; init; } = [];

    /// <summary>After which step features were probed last.</summary>
    public long? ProbedStep { get; init; }
}
