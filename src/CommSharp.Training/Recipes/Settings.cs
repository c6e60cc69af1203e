using System.Text.Json.Serialization;

namespace CommSharp.Training.Recipes;

/// <summary>
/// How pictures are varied in training; boxes and points follow. Samples whose words hold boxes as text, as LLaVA's do, keep their geometry: only
/// their colours vary.
/// </summary>
public sealed record AugmentationSettings
{
    /// <summary>
    /// How often a picture is mirrored, 0 to 1. Samples whose words name a side, a clock or writing never are; leave it at 0 for data sets whose
    /// pictures are read.
    /// </summary>
    public double Flip { get; init; }

    /// <summary>How far brightness may go from 1, up or down, 0 to below 1; 0 leaves it.</summary>
    public double Brightness { get; init; }

    /// <summary>How far contrast may go from 1, 0 to below 1.</summary>
    public double Contrast { get; init; }

    /// <summary>How far saturation may go from 1, 0 to below 1.</summary>
    public double Saturation { get; init; }

    /// <summary>
    /// The smallest share of the picture's area that a random crop keeps, above 0; 1 never crops. Only samples with boxes or points are cropped,
    /// since nothing says of the others what must stay in sight, and none whose words name a side, a place in the picture or a number of things.
    /// </summary>
    public double SmallestCrop { get; init; } = 1;

    /// <summary>
    /// How much of a box's area must be left for the box to be clipped to the crop, above 0 to 1; a crop that leaves less of any box, or loses a
    /// point, is drawn again, and not made after ten times.
    /// </summary>
    public double VisibleBox { get; init; } = 0.5;
}

/// <summary>Held-out samples, and what is done with them.</summary>
public sealed record ValidationSettings
{
    /// <summary>The samples.</summary>
    public required DataMixture Data { get; init; }

    /// <summary>After how many steps each time; once more at the end.</summary>
    public int EverySteps { get; init; } = 500;

    /// <summary>The most samples whose loss is taken.</summary>
    public int Samples { get; init; } = 512;

    /// <summary>How many of them are answered, greedily, and shown on the page of samples.</summary>
    public int Answers { get; init; } = 16;

    /// <summary>The longest such answer in tokens.</summary>
    public int MaxTokens { get; init; } = 64;
}

/// <summary>How long a training lasts, and the learning rate's way: linear warm-up, then a cosine down to a floor.</summary>
public sealed record ScheduleSettings
{
    /// <summary>The number of steps; this or <see cref="Epochs"/>.</summary>
    public long? Steps { get; init; }

    /// <summary>How often all samples are seen.</summary>
    public double? Epochs { get; init; }

    /// <summary>The highest learning rate, for every group that states none.</summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>The share of the steps over which the rate rises from 0.</summary>
    public double WarmUp { get; init; } = 0.03;

    /// <summary>The rate at the end, as a share of the highest.</summary>
    public double Floor { get; init; }
}

/// <summary>How much a token of an answer counts in a step's loss, by the number x of the answer's tokens.</summary>
public enum LossAveraging
{
    /// <summary>1: an answer counts by its length, so that a caption counts as twenty times yes or no.</summary>
    Token,

    /// <summary>1 / sqrt(x), square averaging (Chen et al. 2024, InternVL 2.5, arXiv 2412.05271): an answer counts by the root of its length.</summary>
    Square,

    /// <summary>1 / x: all answers count alike.</summary>
    Answer,
}

/// <summary>How samples become steps.</summary>
public sealed record BatchSettings
{
    /// <summary>Samples that go through the model together.</summary>
    public int Size { get; init; } = 8;

    /// <summary>How many such batches make a step; the loss is the mean over all answer tokens of the step, weighted by <see cref="Averaging"/>.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>How much a token of a short answer counts beside one of a long answer.</summary>
    public LossAveraging Averaging { get; init; }

    /// <summary>
    /// The longest sample in tokens, its picture included. A longer one loses whole questions with their answers from its end; where one answer alone
    /// is left, that is cut between two words, never inside a box.
    /// </summary>
    public int MaxTokens { get; init; } = 2048;

    /// <summary>Whether samples of like length share a batch.</summary>
    public bool GroupByLength { get; init; } = true;
}

/// <summary>How the matrices of blocks are updated.</summary>
public enum MatrixRule
{
    /// <summary>As everything else.</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Muon (Jordan et al. 2024): all directions of a matrix alike.</summary>
    [JsonStringEnumMemberName("muon")]
    Muon,
}

/// <summary>AdamW's constants (Loshchilov and Hutter 2019), and the limit of the gradient.</summary>
public sealed record OptimizerSettings
{
    /// <summary>
    /// How the matrices of blocks, merges and projectors are updated; the rest always by AdamW. Muon takes AdamW's rates and weight decay, and half of its memory; its own momentum is 0.95.
    /// </summary>
    public MatrixRule Matrices { get; init; }

    /// <summary>The decay of the gradients' mean.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of their squares' mean.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The decoupled weight decay of groups that state none.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest norm of all gradients together; longer ones are scaled down to it. 0 for no limit.</summary>
    public double MaxGradientNorm { get; init; } = 1;
}

/// <summary>A floating-point format.</summary>
public enum FloatFormat
{
    /// <summary>32 bits.</summary>
    [JsonStringEnumMemberName("float32")]
    Full,

    /// <summary>16 bits with float32's range.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    Brain,
}

/// <summary>What numbers are held and computed in. What is trained is always held in float32.</summary>
public sealed record PrecisionSettings
{
    /// <summary>What activations are computed in.</summary>
    public FloatFormat Compute { get; init; } = FloatFormat.Full;

    /// <summary>What frozen weights are held in.</summary>
    public FloatFormat Frozen { get; init; } = FloatFormat.Full;
}

/// <summary>How data is read.</summary>
public sealed record LoadingSettings
{
    /// <summary>How many threads prepare samples.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>How many steps are prepared ahead of the model.</summary>
    public int Ahead { get; init; } = 4;

    /// <summary>How many unreadable pictures and samples that cannot be used are borne; each is replaced by another sample and listed.</summary>
    public int UnreadableLimit { get; init; } = 20;
}

/// <summary>When the state of a training is saved, and how much of it is kept. The best by validation is always kept beside the last.</summary>
public sealed record CheckpointSettings
{
    /// <summary>After how many steps each time; only by time when null.</summary>
    public int? EverySteps { get; init; }

    /// <summary>After how many minutes at the latest.</summary>
    public double EveryMinutes { get; init; } = 10;

    /// <summary>How many of the last are kept.</summary>
    public int Keep { get; init; } = 2;
}
