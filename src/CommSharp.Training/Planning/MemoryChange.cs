using System.Text.Json;
using CommSharp.Configuration;
using CommSharp.Multimodal;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Planning;

/// <summary>A change to a recipe that makes it need less.</summary>
/// <param name="Patches">As --set takes it: "recompute=true"; several that belong together.</param>
/// <param name="Saves">How many bytes less are needed with it, on top of the changes named before it.</param>
/// <param name="Effect">What else it does.</param>
public sealed record MemoryChange(IReadOnlyList<string> Patches, long Saves, string Effect);

/// <summary>Finds what makes a recipe fit: changes in the order of what they cost, those first that leave the trained model what it is.</summary>
internal sealed class MemoryChanges(TrainingRecipe recipe, string source, MultimodalConfig config, bool isOnGpu)
{
    private const double Worth = 0.005; // of what is needed; less is not worth naming

    /// <summary>Each change alone, if it saves something.</summary>
    public IReadOnlyList<MemoryChange> All()
    {
        long needed = Plan(recipe).Needed;
        return [.. Candidates(recipe, long.MaxValue).Select(change => change with { Saves = needed - Plan(With(recipe, change.Patches)).Needed }).Where(change => change.Saves > needed * Worth)];
    }

    /// <summary>The cheapest changes that together make the recipe fit; null when none do.</summary>
    /// <param name="limit">The memory that there is, in bytes.</param>
    public IReadOnlyList<MemoryChange>? ToFit(long limit)
    {
        var taken = new List<MemoryChange>();
        TrainingRecipe current = recipe;
        for (int place = 0; Plan(current).Needed > limit; place++)
        {
            List<MemoryChange> candidates = Candidates(current, limit);
            if (place >= candidates.Count)
            {
                return null;
            }

            TrainingRecipe changed = With(current, candidates[place].Patches);
            long before = Plan(current).Needed;
            if (before - Plan(changed).Needed > before * Worth)
            {
                taken.Add(candidates[place]);
                current = changed;
            }
        }

        return WithSavings(WithoutNeedless(taken, limit));
    }

    /// <summary>Leaves out what the dearer changes after it have made needless, the dearest first.</summary>
    private List<MemoryChange> WithoutNeedless(List<MemoryChange> taken, long limit)
    {
        for (int i = taken.Count - 2; i >= 0; i--)
        {
            List<MemoryChange> others = [.. taken.Where((_, at) => at != i)];
            if (Plan(With(recipe, [.. others.SelectMany(change => change.Patches)])).Needed <= limit)
            {
                taken = others;
            }
        }

        return taken;
    }

    private List<MemoryChange> WithSavings(List<MemoryChange> changes)
    {
        var told = new List<MemoryChange>();
        TrainingRecipe current = recipe;
        foreach (MemoryChange change in changes)
        {
            TrainingRecipe changed = With(current, change.Patches);
            told.Add(change with { Saves = Plan(current).Needed - Plan(changed).Needed });
            current = changed;
        }

        return told;
    }

    /// <summary>Every change in the order of what it costs, at its place even where it changes nothing.</summary>
    private List<MemoryChange> Candidates(TrainingRecipe current, long limit) =>
    [
        new(["recompute=true"], 0, "the same model; steps take about a third longer"),
        SmallerBatch(current, limit),
        new(["precision.frozen=bfloat16"], 0, "frozen weights are rounded to bfloat16"),
        new(["precision.compute=bfloat16"], 0, "products are computed in bfloat16"),
        ShorterSamples(current, limit),
        Frozen(current),
        Adapted(current),
    ];

    private static MemoryChange Frozen(TrainingRecipe current) =>
        Trains(current, ModelPart.Towers) && (current.Trained.Lora is not null || current.Trained.Groups.Any(group => group.Part != ModelPart.Towers))
            ? new([$"trained.groups={Groups(current, ModelPart.Towers)}"], 0, "the towers stay as they are")
            : Nothing;

    private static MemoryChange Adapted(TrainingRecipe current) => current.Trained.Lora is null && Trains(current, ModelPart.Language)
        ? new(
            [
                $"trained.groups={Groups(current, ModelPart.Language, ModelPart.Embeddings, ModelPart.Head)}",
                "trained.lora={\"rank\":16,\"alpha\":32,\"learningRate\":0.0002}",
                "precision.frozen=bfloat16",
            ],
            0,
            "adapters are trained instead of the whole language model")
        : Nothing;

    private static MemoryChange Nothing { get; } = new([], 0, "");

    private static bool Trains(TrainingRecipe current, ModelPart part) => current.Trained.Groups.Any(group => group.Part == part);

    private MemoryChange SmallerBatch(TrainingRecipe current, long limit)
    {
        int samples = current.Batch.Size * current.Batch.Accumulation;
        IEnumerable<int> sizes = Enumerable.Range(1, current.Batch.Size).Reverse().Skip(1).Where(size => samples % size == 0);
        MemoryChange[] changes = [.. sizes.Select(size => new MemoryChange(
            [$"batch.size={size}", $"batch.accumulation={samples / size}"], 0, "the same samples a step; smaller batches are slower"))];
        return FirstThatFits(changes, current, limit);
    }

    private MemoryChange ShorterSamples(TrainingRecipe current, long limit)
    {
        int[] lengths = [.. new[] { 1536, 1024, 768, 512 }.Where(length => length < current.Batch.MaxTokens && length >= PlannedTokens + 128)];
        return FirstThatFits(
            [.. lengths.Select(length => new MemoryChange([$"batch.maxTokens={length}"], 0, "longer samples lose their last questions"))], current, limit);
    }

    private int PlannedTokens { get; } = ModelInventory.Of(recipe, source, config).TokensPerImage;

    /// <summary>The mildest of some that makes the recipe fit, else the strongest.</summary>
    private MemoryChange FirstThatFits(MemoryChange[] changes, TrainingRecipe current, long limit) => changes.Length == 0
        ? Nothing
        : changes.FirstOrDefault(change => limit < long.MaxValue && Plan(With(current, change.Patches)).Needed <= limit) ?? changes[^1];

    /// <summary>The groups but those of some parts, as JSON.</summary>
    private static string Groups(TrainingRecipe current, params ModelPart[] without) =>
        JsonSerializer.Serialize(current.Trained.Groups.Where(group => !without.Contains(group.Part)), Compact);

    private static JsonSerializerOptions Compact { get; } = new(CommJson.Options)
    {
        WriteIndented = false,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private TrainingRecipe With(TrainingRecipe current, IReadOnlyList<string> patches) =>
        ConfigurationFile.Parse<TrainingRecipe>(source, ConfigurationPatch.Apply(source, ConfigurationFile.Format(current), patches));

    private MemoryPlan Plan(TrainingRecipe planned) => MemoryPlan.Of(planned, source, config, isOnGpu);
}
