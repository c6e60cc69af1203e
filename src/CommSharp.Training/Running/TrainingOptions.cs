using CommSharp.Training.Planning;
using static TorchSharp.torch;

namespace CommSharp.Training.Running;

/// <summary>What a training is told that does not change its outcome.</summary>
public sealed record TrainingOptions
{
    /// <summary>Where to compute.</summary>
    public required Device Device { get; init; }

    /// <summary>After how long it stops at the end of a step, to go on another time; never when null.</summary>
    public TimeSpan? StopAfter { get; init; }

    /// <summary>The memory of the device; read from it when null.</summary>
    public DeviceMemory? Memory { get; init; }

    /// <summary>Whether a recipe is started that cannot fit by its memory plan.</summary>
    public bool IgnoresMemoryPlan { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets what a person should know: a picture that could not be read, a tracker that failed.</summary>
    public Action<string> Note { get; init; } = _ => { };
}
