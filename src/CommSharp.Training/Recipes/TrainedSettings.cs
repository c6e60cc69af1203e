namespace CommSharp.Training.Recipes;

/// <summary>A part of a model, as a recipe speaks of it.</summary>
public enum ModelPart
{
    /// <summary>The vision towers.</summary>
    Towers,

    /// <summary>The merges of the towers' layers: alpha, beta, norms and linear layers.</summary>
    Merges,

    /// <summary>What follows the merges; COMM's MLP after DINOv2.</summary>
    Projections,

    /// <summary>From the combined branches to the language model's width: the alignment.</summary>
    Projector,

    /// <summary>The whole decoder: embeddings, blocks, norm, head.</summary>
    Language,

    /// <summary>The table of token embeddings alone.</summary>
    Embeddings,

    /// <summary>The decoder's head alone.</summary>
    Head,
}

/// <summary>What a training changes.</summary>
public sealed record TrainedSettings
{
    /// <summary>The parts that are trained whole; a later one wins where two speak of one parameter.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <summary>Low-rank adapters on layers that stay frozen otherwise; none when null.</summary>
    public LoraSettings? Lora { get; init; }
}

/// <summary>Parameters that are trained alike.</summary>
public sealed record ParameterGroup
{
    /// <summary>The part that they belong to.</summary>
    public required ModelPart Part { get; init; }

    /// <summary>Only those whose name in the model fits this pattern, in which * stands for anything; all when null.</summary>
    public string? Names { get; init; }

    /// <summary>The highest learning rate; the schedule's when null.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The decoupled weight decay; the optimiser's when null. Norms, biases and layer scales never have one.</summary>
    public double? WeightDecay { get; init; }
}

/// <summary>Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): y = W x + alpha / rank * B A x.</summary>
public sealed record LoraSettings
{
    /// <summary>The rank of the change.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Over <see cref="Rank"/> the scale of the change.</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>How often an adapter's input is dropped; 0 never.</summary>
    public double Dropout { get; init; }

    /// <summary>Patterns of the layers' names in the model, in which * stands for anything.</summary>
    public IReadOnlyList<string> Layers { get; init; } =
        ["language.*.q_proj", "language.*.k_proj", "language.*.v_proj", "language.*.o_proj", "language.*.gate_proj", "language.*.up_proj", "language.*.down_proj"];

    /// <summary>The highest learning rate; the schedule's when null.</summary>
    public double? LearningRate { get; init; }
}
