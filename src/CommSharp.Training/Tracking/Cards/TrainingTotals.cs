using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tracking.Cards;

/// <summary>What a run took in all, over every time that it was stopped and gone on with. Work that was lost with a killed process does not count.</summary>
/// <param name="Start">When it started first, in universal time; null before.</param>
/// <param name="End">When it last said anything.</param>
/// <param name="Sessions">How often it was started.</param>
/// <param name="WallSeconds">From each start to the last word before the next one.</param>
/// <param name="Seconds">Where the time of all steps went.</param>
/// <param name="Steps">How many steps were done.</param>
/// <param name="Samples">How many samples they had.</param>
/// <param name="Tokens">How many tokens, padding left out.</param>
/// <param name="SamplesPerSecond">Of the steps' own time; 0 before the first one.</param>
/// <param name="TokensPerSecond">Of the steps' own time; 0 before the first one.</param>
/// <param name="PeakMemoryBytes">The largest resident memory that a step reported.</param>
public sealed record TrainingTotals(
    DateTimeOffset? Start,
    DateTimeOffset? End,
    int Sessions,
    double WallSeconds,
    StepSeconds Seconds,
    long Steps,
    long Samples,
    long Tokens,
    double SamplesPerSecond,
    double TokensPerSecond,
    long PeakMemoryBytes);

/// <summary>What a run came to.</summary>
/// <param name="IsComplete">Whether the last of all steps is done.</param>
/// <param name="LastStep">The last step that is done.</param>
/// <param name="LastLosses">The losses of the last steps, at most ten, the last one last.</param>
/// <param name="LastValidation">The last validation; null where there was none.</param>
/// <param name="BestValidation">The one of lowest loss; null where there was none.</param>
public sealed record TrainingOutcome(
    bool IsComplete, long LastStep, IReadOnlyList<double> LastLosses, ValidationOutcome? LastValidation, ValidationOutcome? BestValidation);

/// <summary>A validation's scores.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Loss">The mean cross-entropy of the answer tokens, in nats.</param>
/// <param name="ExactAnswers">The share of exact answers; null when none was asked for.</param>
/// <param name="MeanIoU">The mean overlap; null where no answer has a true box.</param>
public sealed record ValidationOutcome(long Step, double Loss, double? ExactAnswers, double? MeanIoU);
