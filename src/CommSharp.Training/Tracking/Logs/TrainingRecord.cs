using System.Text.Json.Serialization;

namespace CommSharp.Training.Tracking.Logs;

/// <summary>A line of log.jsonl.</summary>
/// <param name="Step">The step after which it was written.</param>
/// <param name="Time">When, in universal time.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StartRecord), "start")]
[JsonDerivedType(typeof(StepRecord), "step")]
[JsonDerivedType(typeof(ValidationRecord), "validation")]
[JsonDerivedType(typeof(ProbeRecord), "probe")]
[JsonDerivedType(typeof(SaveRecord), "save")]
[JsonDerivedType(typeof(EndRecord), "end")]
public abstract record TrainingRecord(long Step, DateTimeOffset Time);

/// <summary>The training started, or went on.</summary>
/// <param name="Step">The number of steps that were done already.</param>
/// <param name="Time">When.</param>
/// <param name="Name">The recipe's name.</param>
/// <param name="TotalSteps">The number of steps in all.</param>
/// <param name="TrainedParameters">How many numbers are trained.</param>
/// <param name="Parameters">How many the model has in all.</param>
/// <param name="Samples">How many samples an epoch has.</param>
public sealed record StartRecord(
    long Step, DateTimeOffset Time, string Name, long TotalSteps, long TrainedParameters, long Parameters, long Samples) : TrainingRecord(Step, Time);

/// <summary>Where the time of a step went, in seconds; see <see cref="StepTimes"/>.</summary>
/// <param name="Data">Waiting for prepared samples.</param>
/// <param name="Compute">Forward and backward passes.</param>
/// <param name="Optimizer">Clipping and the update.</param>
/// <param name="Tracking">Reports about the step before.</param>
/// <param name="Saving">Checkpoints since the step before.</param>
public sealed record StepSeconds(double Data, double Compute, double Optimizer, double Tracking, double Saving)
{
    private const int Digits = 6; // microseconds

    /// <summary>The seconds of a step.</summary>
    /// <param name="times">Its times.</param>
    public static StepSeconds Of(StepTimes times)
    {
        ArgumentNullException.ThrowIfNull(times);
        static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, Digits);
        return new StepSeconds(Rounded(times.Data), Rounded(times.Compute), Rounded(times.Optimizer), Rounded(times.Tracking), Rounded(times.Saving));
    }
}

/// <summary>A step was done; see <see cref="StepReport"/>.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Time">When it was done.</param>
/// <param name="Epoch">How often all samples were seen.</param>
/// <param name="Loss">The mean cross-entropy of its answer tokens, in nats.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="Rates">The learning rates.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Tokens">The number of tokens without padding.</param>
/// <param name="AnswerTokens">How many of them have loss.</param>
/// <param name="Unreadable">How many pictures could not be read since the start of the run.</param>
/// <param name="MemoryBytes">The resident memory of the process.</param>
/// <param name="Seconds">Where the time went.</param>
public sealed record StepRecord(
    long Step,
    DateTimeOffset Time,
    double Epoch,
    double Loss,
    double GradientNorm,
    IReadOnlyList<GroupRate> Rates,
    int Samples,
    int Tokens,
    int AnswerTokens,
    int Unreadable,
    long MemoryBytes,
    StepSeconds Seconds) : TrainingRecord(Step, Time)
{
    /// <summary>The mean over answers' guided tokens of -log of the attention's share that falls on what they speak of, in nats; not there where none were guided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Guidance { get; init; }

    /// <summary>The same of words of questions and what they mean.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WordGuidance { get; init; }
}

/// <summary>A held-out sample with the model's own answer, without its picture; see <see cref="AnsweredSample"/>.</summary>
/// <param name="Place">Where its record stands.</param>
/// <param name="Question">The last question.</param>
/// <param name="Truth">The answer as it should be.</param>
/// <param name="Answer">The model's answer.</param>
/// <param name="Exact">Whether the two are the same text.</param>
/// <param name="IoU">The overlap of the first true box and the first answered one; null where there is no true one.</param>
public sealed record AnswerRecord(string Place, string Question, string Truth, string Answer, bool Exact, double? IoU)
{
    /// <summary>A sample without its picture.</summary>
    /// <param name="sample">The sample.</param>
    public static AnswerRecord Of(AnsweredSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return new AnswerRecord(sample.Place, sample.Question, sample.Truth, sample.Answer.Text, sample.Exact, sample.IoU);
    }
}

/// <summary>Held-out samples were scored; see <see cref="ValidationReport"/>.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Time">When it was done.</param>
/// <param name="Loss">The mean cross-entropy of their answer tokens, in nats.</param>
/// <param name="ExactAnswers">The share of exact answers; null when none was asked for.</param>
/// <param name="MeanIoU">The mean overlap; null where no answer has a true box.</param>
/// <param name="IsBest">Whether no earlier loss was lower.</param>
/// <param name="LayerWeights">What the merges have learned.</param>
/// <param name="Answers">The answers.</param>
public sealed record ValidationRecord(
    long Step,
    DateTimeOffset Time,
    double Loss,
    double? ExactAnswers,
    double? MeanIoU,
    bool IsBest,
    IReadOnlyList<LayerWeights> LayerWeights,
    IReadOnlyList<AnswerRecord> Answers) : TrainingRecord(Step, Time);

/// <summary>A tower that is being pretrained was probed; see <see cref="ProbeReport"/>.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Time">When it was done.</param>
/// <param name="Measures">The numbers.</param>
/// <param name="Warning">What is wrong and what to do; null where nothing is.</param>
public sealed record ProbeRecord(long Step, DateTimeOffset Time, IReadOnlyList<Measure> Measures, string? Warning) : TrainingRecord(Step, Time);

/// <summary>A state was saved.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Time">When it was done.</param>
/// <param name="Checkpoint">Where, seen from the run's folder.</param>
public sealed record SaveRecord(long Step, DateTimeOffset Time, string Checkpoint) : TrainingRecord(Step, Time);

/// <summary>The training came to its end, or stopped to go on another time.</summary>
/// <param name="Step">The last step that was done.</param>
/// <param name="Time">When.</param>
/// <param name="IsComplete">Whether that was the last of all.</param>
/// <param name="Model">The trained model's folder seen from the run's; null while incomplete.</param>
public sealed record EndRecord(long Step, DateTimeOffset Time, bool IsComplete, string? Model) : TrainingRecord(Step, Time);
