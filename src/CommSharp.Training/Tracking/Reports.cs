using CommSharp.Answering;
using CommSharp.Imaging;

namespace CommSharp.Training.Tracking;

/// <summary>What is known when a training starts.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="Folder">The run's folder.</param>
/// <param name="FirstStep">The number of steps that are done already: 0, or what the checkpoint holds.</param>
/// <param name="TotalSteps">The number of steps in all.</param>
/// <param name="TrainedParameters">How many numbers are trained.</param>
/// <param name="Parameters">How many the model has in all.</param>
/// <param name="Samples">How many samples an epoch has.</param>
public sealed record TrainingStart(string Name, string Folder, long FirstStep, long TotalSteps, long TrainedParameters, long Parameters, long Samples);

/// <summary>Where the time of a step went.</summary>
/// <param name="Data">Waiting for prepared samples, and bringing them to the device.</param>
/// <param name="Compute">Forward and backward passes.</param>
/// <param name="Optimizer">Clipping and the optimiser's update.</param>
/// <param name="Tracking">Reports about the step before.</param>
/// <param name="Saving">Checkpoints since the step before.</param>
public sealed record StepTimes(TimeSpan Data, TimeSpan Compute, TimeSpan Optimizer, TimeSpan Tracking, TimeSpan Saving)
{
    /// <summary>All of it.</summary>
    public TimeSpan Total => Data + Compute + Optimizer + Tracking + Saving;
}

/// <summary>The learning rate of a group of parameters at a step.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Rate">The rate.</param>
public sealed record GroupRate(string Group, double Rate);

/// <summary>One step.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Epoch">How often all samples were seen, with the part of the current epoch: 1.5 in the middle of the second.</param>
/// <param name="Loss">The mean cross-entropy of the step's answer tokens, before the update, in nats.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="Rates">The learning rates.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Tokens">The number of tokens, padding left out.</param>
/// <param name="AnswerTokens">How many of them have loss.</param>
/// <param name="Unreadable">How many pictures could not be read since the start of the run.</param>
/// <param name="MemoryBytes">The resident memory of the process.</param>
/// <param name="Times">Where the time went.</param>
public sealed record StepReport(
    long Step,
    double Epoch,
    double Loss,
    double GradientNorm,
    IReadOnlyList<GroupRate> Rates,
    int Samples,
    int Tokens,
    int AnswerTokens,
    int Unreadable,
    long MemoryBytes,
    StepTimes Times)
{
    /// <summary>The mean over answers' guided tokens of -log of the attention's share that falls on what they speak of, in nats; null where none were guided.</summary>
    public double? Guidance { get; init; }

    /// <summary>The same of words of questions and what they mean.</summary>
    public double? WordGuidance { get; init; }
}

/// <summary>The learned weights of a merge: the paper's alpha and beta.</summary>
/// <param name="Branch">The branch's name, such as "1-clip".</param>
/// <param name="Layers">The layers' numbers, counted from 1.</param>
/// <param name="Weights">The weight of each, as it enters the sum.</param>
public sealed record LayerWeights(string Branch, IReadOnlyList<int> Layers, IReadOnlyList<double> Weights);

/// <summary>A held-out sample with the model's own answer.</summary>
/// <param name="Place">Where its record stands.</param>
/// <param name="Picture">The picture, if it has one.</param>
/// <param name="Question">The last question.</param>
/// <param name="Truth">The answer as it should be.</param>
/// <param name="TrueBoxes">Its boxes in the picture's pixels.</param>
/// <param name="Answer">The model's answer.</param>
/// <param name="Exact">Whether the two are the same text.</param>
/// <param name="IoU">The overlap of the first true box and the first answered one; null where there is no true one.</param>
public sealed record AnsweredSample(
    string Place,
    RgbImage? Picture,
    string Question,
    string Truth,
    IReadOnlyList<PixelBox> TrueBoxes,
    Answer Answer,
    bool Exact,
    double? IoU);

/// <summary>How the model does on held-out samples.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Loss">The mean cross-entropy of their answer tokens, in nats.</param>
/// <param name="ExactAnswers">The share of answers that are exactly the truth; null when none was asked for.</param>
/// <param name="MeanIoU">The mean overlap over answers that have true boxes; null when there are none.</param>
/// <param name="Answers">The answers.</param>
/// <param name="LayerWeights">What the merges have learned.</param>
/// <param name="IsBest">Whether no earlier loss was lower.</param>
public sealed record ValidationReport(
    long Step,
    double Loss,
    double? ExactAnswers,
    double? MeanIoU,
    IReadOnlyList<AnsweredSample> Answers,
    IReadOnlyList<LayerWeights> LayerWeights,
    bool IsBest);

/// <summary>A number with a name.</summary>
/// <param name="Name">The name, such as "knn".</param>
/// <param name="Value">The number.</param>
public sealed record Measure(string Name, double Value);

/// <summary>What a tower that is being pretrained has learned, seen from outside its loss.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Measures">The numbers.</param>
/// <param name="Warning">What is wrong and what to do, where features collapse; null where nothing is.</param>
public sealed record ProbeReport(long Step, IReadOnlyList<Measure> Measures, string? Warning);

/// <summary>How a training ended.</summary>
/// <param name="Step">The last step that was done.</param>
/// <param name="IsComplete">Whether that was the last of all; else it can go on another time.</param>
/// <param name="Model">The folder of the trained model; null while incomplete.</param>
public sealed record TrainingEnd(long Step, bool IsComplete, string? Model);
