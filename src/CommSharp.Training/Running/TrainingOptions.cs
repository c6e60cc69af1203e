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

/// <summary>How a training ended.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Step">The last step that was done.</param>
/// <param name="TotalSteps">The number of steps in all.</param>
/// <param name="IsComplete">Whether that was the last of all; else the same command goes on.</param>
/// <param name="Model">The folder of the trained model; null while incomplete.</param>
/// <param name="BestModel">The folder of the model with the lowest validation loss, where that is another one.</param>
/// <param name="Loss">The loss of the last step; null when none was done this time.</param>
/// <param name="ValidationLoss">The last loss on held-out samples, when there are any and they were scored this time.</param>
public sealed record TrainingResult(
    string Folder, long Step, long TotalSteps, bool IsComplete, string? Model, string? BestModel, double? Loss, double? ValidationLoss);
