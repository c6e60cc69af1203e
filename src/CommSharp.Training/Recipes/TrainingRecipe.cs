using System.Text.Json.Serialization;

namespace CommSharp.Training.Recipes;

/// <summary>
/// Everything that decides a training: one JSON file. Two runs of one resolved recipe on one machine give the same weights; paths in it are relative
/// to the file that holds it.
/// </summary>
public sealed record TrainingRecipe
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

    /// <summary>The model to start from.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>What is trained; everything else is frozen.</summary>
    public required TrainedSettings Trained { get; init; }

    /// <summary>The samples.</summary>
    public required DataMixture Data { get; init; }

    /// <summary>How pictures are varied; not at all when null.</summary>
    public AugmentationSettings? Augmentation { get; init; }

    /// <summary>Held-out samples that are scored now and then; none when null.</summary>
    public ValidationSettings? Validation { get; init; }

    /// <summary>How long, and how fast at which time.</summary>
    public required ScheduleSettings Schedule { get; init; }

    /// <summary>How samples become steps.</summary>
    public BatchSettings Batch { get; init; } = new();

    /// <summary>AdamW's constants.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>What numbers are held and computed in.</summary>
    public PrecisionSettings Precision { get; init; } = new();

    /// <summary>Has a head of the decoder look at what boxes in the text mean; not at all when null.</summary>
    public GuidanceSettings? Guidance { get; init; }

    /// <summary>Whether a block's activations are computed a second time in the backward pass instead of being kept.</summary>
    public bool Recompute { get; init; }

    /// <summary>How data is read.</summary>
    public LoadingSettings Loading { get; init; } = new();

    /// <summary>When the state of the training is saved.</summary>
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>Decides the order of samples, wordings, augmentation, dropout and fresh weights.</summary>
    public long Seed { get; init; }
}
