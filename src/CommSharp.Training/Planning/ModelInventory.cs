using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Training.Models;
using CommSharp.Training.Optimization;
using CommSharp.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Training.Planning;

/// <summary>A parameter as a training holds it.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Numbers">How many numbers it has.</param>
/// <param name="NumberBytes">The size of one as it is held.</param>
/// <param name="IsTrained">Whether the recipe changes it.</param>
/// <param name="Moments">How many numbers the optimiser remembers of each that is trained.</param>
/// <param name="IsCast">Whether a product takes it in another element type than it is held in.</param>
internal sealed record PlannedWeight(string Name, long Numbers, int NumberBytes, bool IsTrained, int Moments, bool IsCast)
{
    public long Bytes => Numbers * NumberBytes;
}

/// <summary>What a branch of the vision stack computes, in numbers.</summary>
internal sealed record PlannedBranch(VisionBranchConfig Config, int ImageSize, int Patches, int Depth, int Layers, int OutputWidth);

/// <summary>Every parameter of the model that a recipe trains, held as it will be, counted on the meta device: without memory and without a weight read.</summary>
internal sealed class ModelInventory
{
    private readonly Dictionary<string, PlannedWeight> _weights;

    private ModelInventory(TrainingRecipe recipe, MultimodalModel model)
    {
        ComputeBytes = BytesOf(model.Options.ComputeDtype);
        HashSet<string> products = [.. DenseLayers.Of(model).SelectMany(layer => new[] { $"{layer.Name}.weight", $"{layer.Name}.adapter.a", $"{layer.Name}.adapter.b" })];
        if (model.Config.Language.Architecture.TiedEmbeddings)
        {
            products.Add("language.embed_tokens.weight");
        }

        _weights = model.named_parameters().ToDictionary(
            pair => pair.name, pair => Weight(pair.name, pair.parameter, recipe.Optimizer, products.Contains(pair.name)), StringComparer.Ordinal);
        Dropout = recipe.Trained.Lora?.Dropout ?? 0;
        Config = model.Config;
        TokensPerImage = model.Vision.TokensPerImage;
        ImageSizes = model.Vision.ImageSizes;
        Branches =
        [
            .. model.Vision.Branches.Select(branch => new PlannedBranch(
                branch.Config, branch.ImageSize, branch.Grid.Count, branch.Layers[^1], branch.Layers.Count, branch.OutputWidth)),
        ];
    }

    /// <summary>The size of a number that is computed.</summary>
    public int ComputeBytes { get; }

    public double Dropout { get; }

    public MultimodalConfig Config { get; }

    public int TokensPerImage { get; }

    public IReadOnlyList<int> ImageSizes { get; }

    public IReadOnlyList<PlannedBranch> Branches { get; }

    public IEnumerable<PlannedWeight> Weights => _weights.Values;

    /// <summary>Counts.</summary>
    /// <exception cref="CommSharpException">The config cannot be built, or the recipe trains what is not there.</exception>
    public static ModelInventory Of(TrainingRecipe recipe, string source, MultimodalConfig config)
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new MultimodalModel(config, TrainingModel.OptionsOf(recipe, META));
        if (recipe.Trained.Lora is { } lora)
        {
            var settings = new AdapterSettings(lora.Rank, lora.Alpha, lora.Dropout);
            foreach (Dense layer in DenseLayers.Matching(model, lora.Layers).Select(named => named.Layer))
            {
                layer.Adapt(new LowRankAdapter(layer.Weight.shape[1], layer.Weight.shape[0], settings, META));
            }
        }

        ParameterSelection.Select(model, recipe, source);
        return new ModelInventory(recipe, model);
    }

    /// <summary>Whether a parameter is there and trained.</summary>
    public bool IsTrained(string name) => _weights.TryGetValue(name, out PlannedWeight? weight) && weight.IsTrained;

    /// <summary>Whether anything below a module is trained.</summary>
    public bool Trains(string module) => Within(module).Any(weight => weight.IsTrained);

    public bool HasAdapter(string layer) => _weights.ContainsKey($"{layer}.adapter.a");

    /// <summary>The adapter's rank; 0 without one.</summary>
    public long RankOf(string layer, long inputs) => _weights.TryGetValue($"{layer}.adapter.a", out PlannedWeight? down) ? down.Numbers / inputs : 0;

    /// <summary>The bytes of all copies that products within a module make of their weights.</summary>
    public long Casts(string module) => Within(module).Where(weight => weight.IsCast).Sum(weight => weight.Numbers * ComputeBytes);

    /// <summary>The bytes of the largest such copy.</summary>
    public long LargestCast(string module) => Within(module).Where(weight => weight.IsCast).Select(weight => weight.Numbers * ComputeBytes).DefaultIfEmpty().Max();

    public long LargestTrained() => Weights.Where(weight => weight.IsTrained).Select(weight => weight.Bytes).DefaultIfEmpty().Max();

    private IEnumerable<PlannedWeight> Within(string module) => Weights.Where(weight => weight.Name.StartsWith(module + ".", StringComparison.Ordinal));

    private PlannedWeight Weight(string name, Parameter parameter, OptimizerSettings optimizer, bool isProduct)
    {
        int held = BytesOf(parameter.dtype);
        int moments = Muon.Serves(optimizer, name, parameter.dim()) ? 1 : 2;
        return new PlannedWeight(name, parameter.numel(), held, parameter.requires_grad, moments, isProduct && held != ComputeBytes);
    }

    private static int BytesOf(ScalarType dtype) => dtype == ScalarType.Float32 ? sizeof(float) : sizeof(short);
}
