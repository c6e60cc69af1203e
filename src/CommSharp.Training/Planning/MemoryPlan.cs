using CommSharp.Multimodal;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Planning;

/// <summary>Something that takes memory.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bytes">How much at the peak of a step.</param>
/// <param name="InMainMemory">Whether it is in main memory even if a GPU computes.</param>
/// <param name="Detail">What it consists of, in a few words.</param>
public sealed record MemoryPart(string Name, long Bytes, bool InMainMemory, string Detail);

/// <summary>
/// What a training needs, computed from its recipe and its model's config: exact for weights, gradients and optimiser; activations are counted tensor by tensor for the largest
/// batch that the recipe allows.
/// </summary>
public sealed record MemoryPlan
{
    /// <summary>
    /// The runtime, libtorch and its threads, in main memory: 185 to 191 MB were resident before a model was loaded, and the trackers' plots take some more.
    /// </summary>
    internal const long RuntimeBytes = 260_000_000;

    /// <summary>A GPU's context and the workspaces of its libraries. Not measured here; PyTorch's documentation and users speak of 0.5 to 1 GB.</summary>
    internal const long GpuRuntimeBytes = 1_000_000_000;

    private const int ShortText = 64; // tokens of the shortest samples' words: a question and a box
    private const int ShortAnswer = 16;
    private const long WorkerBytes = 8_000_000; // a decoded photograph of some megapixels and its square

    /// <summary>What errors call the recipe.</summary>
    public required string Source { get; init; }

    /// <summary>Whether a GPU computes; else everything is in main memory.</summary>
    public required bool IsOnGpu { get; init; }

    /// <summary>The number of the model's parameters, adapters included.</summary>
    public required long Parameters { get; init; }

    /// <summary>How many of them are trained.</summary>
    public required long Trained { get; init; }

    /// <summary>The largest batch that the recipe allows.</summary>
    public required BatchShape Batch { get; init; }

    /// <summary>What takes memory.</summary>
    public required IReadOnlyList<MemoryPart> Parts { get; init; }

    /// <summary>What is needed if every sample is short: less than this no training of the recipe takes.</summary>
    public required long Least { get; init; }

    /// <summary>What is needed where the model is computed, in bytes: the GPU's memory, or main memory.</summary>
    public long Needed => Parts.Where(part => !IsOnGpu || !part.InMainMemory).Sum(part => part.Bytes);

    /// <summary>What is needed in main memory beside a GPU; 0 when none computes.</summary>
    public long NeededBesideGpu => IsOnGpu ? Parts.Where(part => part.InMainMemory).Sum(part => part.Bytes) : 0;

    /// <summary>Plans.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="config">The model that it starts from.</param>
    /// <param name="isOnGpu">Whether a GPU computes.</param>
    /// <exception cref="CommSharpException">The config cannot be built, or the recipe trains what is not there.</exception>
    public static MemoryPlan Of(TrainingRecipe recipe, string source, MultimodalConfig config, bool isOnGpu)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var inventory = ModelInventory.Of(recipe, source, config);
        BatchShape largest = Largest(recipe, inventory);
        PlannedWeight[] trained = [.. inventory.Weights.Where(weight => weight.IsTrained)];
        long masters = trained.Sum(weight => weight.Bytes), numbers = trained.Sum(weight => weight.Numbers);
        MemoryPart[] fixedParts =
        [
            new("frozen weights", inventory.Weights.Where(weight => !weight.IsTrained).Sum(weight => weight.Bytes), false, Name(recipe.Precision.Frozen)),
            new("trained weights", masters, false, "float32"),
            new("optimiser", sizeof(float) * trained.Sum(weight => weight.Moments * weight.Numbers), false, "the moments of each trained number, float32"),
        ];
        MemoryPart[] others =
        [
            new("data ahead", DataBytes(recipe, inventory), true, $"pictures of {recipe.Loading.Ahead} steps, {recipe.Loading.Workers} workers"),
            .. isOnGpu
                ? [new("runtime", RuntimeBytes, true, "process and libtorch"), new MemoryPart("GPU runtime", GpuRuntimeBytes, false, "context and workspaces; not measured")]
                : new MemoryPart[] { new("runtime", RuntimeBytes, true, "process and libtorch") },
        ];
        MemoryPart[] passing = Passing(recipe, inventory, largest, isOnGpu);
        long steady = fixedParts.Concat(others).Where(part => !isOnGpu || !part.InMainMemory).Sum(part => part.Bytes);
        return new MemoryPlan
        {
            Source = source,
            IsOnGpu = isOnGpu,
            Parameters = inventory.Weights.Sum(weight => weight.Numbers),
            Trained = numbers,
            Batch = largest,
            Parts = [.. fixedParts, .. passing, .. others],
            Least = steady + Passing(recipe, inventory, Shortest(largest, inventory), isOnGpu).Sum(part => part.Bytes),
        };
    }

    /// <summary>Gradients, casts and activations of a step: the peak of the passes or of the update, whichever is more.</summary>
    private static MemoryPart[] Passing(TrainingRecipe recipe, ModelInventory inventory, BatchShape batch, bool isOnGpu)
    {
        bool accumulates = recipe.Batch.Accumulation > 1;
        PassMemory pass = new ActivationMemory(inventory, recipe.Recompute, accumulates, isOnGpu).Of(batch);
        double all = inventory.Weights.Where(weight => weight.IsTrained).Sum(weight => weight.Bytes);
        double update = all + (isOnGpu ? 3.0 * inventory.LargestTrained() : 0); // a processor updates in place
        double gradients = pass.GradientsBy + (accumulates ? all : 0);
        string shape = $"{batch.Rows} x {batch.Tokens} tokens, {batch.AnswerTokens} of them answers{(recipe.Recompute ? ", blocks recomputed" : "")}";
        return gradients + pass.Activations + pass.Casts >= update
            ? [
                new("gradients", (long)gradients, false, accumulates ? "float32" : "float32; most come when activations are gone"),
                new("casts", (long)pass.Casts, false, $"weights in {Name(recipe.Precision.Compute)} for products"),
                new("activations", (long)pass.Activations, false, shape),
            ]
            : [new("gradients", (long)update, false, "float32, and the update; activations are gone then"), new("casts", 0, false, ""), new("activations", 0, false, shape)];
    }

    private static BatchShape Largest(TrainingRecipe recipe, ModelInventory inventory)
    {
        int tokens = Math.Min(recipe.Batch.MaxTokens, inventory.Config.Language.Architecture.ContextLength);
        return new BatchShape(recipe.Batch.Size, tokens, Math.Max(1, tokens - inventory.TokensPerImage));
    }

    private static BatchShape Shortest(BatchShape largest, ModelInventory inventory)
    {
        int tokens = Math.Min(largest.Tokens, inventory.TokensPerImage + ShortText);
        return largest with { Tokens = tokens, AnswerTokens = Math.Min(largest.AnswerTokens, ShortAnswer) };
    }

    /// <summary>Steps that wait and the one that is taken hold their pictures as float32; those of one step are still bytes.</summary>
    private static long DataBytes(TrainingRecipe recipe, ModelInventory inventory)
    {
        long picture = inventory.ImageSizes.Sum(size => 3L * size * size), samples = (long)recipe.Batch.Size * recipe.Batch.Accumulation;
        return (samples * picture * ((sizeof(float) * (recipe.Loading.Ahead + 1L)) + 1)) + (recipe.Loading.Workers * WorkerBytes);
    }

    private static string Name(FloatFormat format) => format == FloatFormat.Brain ? "bfloat16" : "float32";
}
