using System.Text.Json.Serialization;
using CommSharp.Layers;
using CommSharp.Training.Recipes;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>
/// Everything that decides the pretraining of a tower: one JSON file. Two runs of one resolved recipe on one machine give the same weights; paths in it
/// are relative to the file that holds it.
/// </summary>
public sealed record PretrainingRecipe
{
    /// <summary>The version of this format that the library writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Where editors find the schema of this format.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The version of this format; always <see cref="CurrentFormat"/>.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What to call the run in reports.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a sentence or two.</summary>
    public string? Description { get; init; }

    /// <summary>What is learned, and by which architecture.</summary>
    public required ObjectiveSettings Objective { get; init; }

    /// <summary>The pictures.</summary>
    public required PictureSource Data { get; init; }

    /// <summary>How features are looked at now and then; not at all when null.</summary>
    public ProbeSettings? Probe { get; init; }

    /// <summary>How long, and how fast at which time.</summary>
    public required ScheduleSettings Schedule { get; init; }

    /// <summary>How pictures become steps.</summary>
    public PictureBatchSettings Batch { get; init; } = new();

    /// <summary>AdamW's constants.</summary>
    public OptimizerSettings Optimizer { get; init; } = new() { WeightDecay = 0.05 };

    /// <summary>
    /// What the towers' activations are computed in. What is learned, heads and losses are float32 whatever this is. On processors with products in
    /// bfloat16 (AVX-512 BF16, AMX) it is about twice as fast, on others many times slower.
    /// </summary>
    public FloatFormat Compute { get; init; } = FloatFormat.Full;

    /// <summary>How pictures are read.</summary>
    public LoadingSettings Loading { get; init; } = new();

    /// <summary>When the state of the training is saved.</summary>
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>Decides the order of pictures, captions, views, masks and fresh weights.</summary>
    public long Seed { get; init; }

    /// <summary>How what is learned is held, and what it is computed in.</summary>
    internal TensorOptions Options(Device device) =>
        new(ScalarType.Float32, device) { Compute = Compute == FloatFormat.Brain ? ScalarType.BFloat16 : ScalarType.Float32 };
}

/// <summary>How pictures become steps.</summary>
public sealed record PictureBatchSettings
{
    /// <summary>Pictures that go through the model together.</summary>
    public int Size { get; init; } = 64;

    /// <summary>
    /// How many such batches make a step. CLIP takes 1: each picture is told apart from the others of its batch, so that four batches of 16 are an easier
    /// task than one of 64 and not the same.
    /// </summary>
    public int Accumulation { get; init; } = 1;
}

/// <summary>How a tower's features are looked at while it learns.</summary>
public sealed record ProbeSettings
{
    /// <summary>Pictures that are not trained on.</summary>
    public required PictureSource Data { get; init; }

    /// <summary>After how many steps each time; once more at the end.</summary>
    public int EverySteps { get; init; } = 500;

    /// <summary>The most held-out pictures; retrieval is among all of them.</summary>
    public int Pictures { get; init; } = 256;

    /// <summary>Pictures whose labels the k-NN and the linear probe learn from; those of the training when null, which an objective without labels may not have.</summary>
    public PictureSource? Known { get; init; }

    /// <summary>The most of these pictures.</summary>
    public int References { get; init; } = 1024;
}
