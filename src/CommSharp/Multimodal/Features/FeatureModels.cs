using CommSharp.Fusion;
using CommSharp.Layers;
using CommSharp.Multimodal.Folders;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Multimodal.Features;

/// <summary>Towers that are ready to compute.</summary>
internal interface IFeatureModel : IDisposable
{
    /// <summary>The towers that run, counted from 1.</summary>
    IReadOnlyList<int> Towers { get; }

    /// <summary>The side in pixels of a tower's pictures, or null when it takes any.</summary>
    int? ImageSize(int tower);

    /// <summary>Every feature of a batch by name.</summary>
    /// <param name="pixels">Each tower's pixels, float32 [B, 3, H, W].</param>
    IEnumerable<KeyValuePair<string, Tensor>> Compute(IReadOnlyDictionary<int, Tensor> pixels);
}

/// <summary>A folder's only tower.</summary>
internal sealed class SingleTower : IFeatureModel
{
    private readonly VisionTransformer _tower;
    private readonly IReadOnlyList<int> _layers;
    private readonly TensorOptions _weights;

    public SingleTower(TowerFolder folder, FeatureOptions options)
    {
        if (options.Tower is { } number and not 1)
        {
            throw new CommSharpException($"{folder.Path}: there is no tower {number}; a {folder.Kind} is tower 1.");
        }

        _layers = (options.Layers ?? LayerSelection.All).Resolve(folder.Architecture.Depth);
        _weights = options.Weights;
        _tower = folder.Load(options.Weights, depth: _layers[^1]).Tower;
    }

    public IReadOnlyList<int> Towers => [1];

    public int? ImageSize(int tower) => null;

    public IEnumerable<KeyValuePair<string, Tensor>> Compute(IReadOnlyDictionary<int, Tensor> pixels) =>
        FeatureNames.Named(1, _layers, _tower.Features(pixels[1].to(_weights.ComputeDtype, _weights.Device), _layers));

    public void Dispose() => _tower.Dispose();
}

/// <summary>A multimodal model's towers, merges, projections and projector.</summary>
internal sealed class MultimodalTowers : IFeatureModel
{
    private const string ImageTokens = "image_tokens";

    private readonly MultimodalModel _model;
    private readonly TensorOptions _weights;
    private readonly bool _whole;
    private readonly Dictionary<int, (VisionTransformer Tower, IReadOnlyList<int> Layers)> _towers = [];

    public MultimodalTowers(MultimodalFolder folder, FeatureOptions options)
    {
        int count = folder.Config.Vision.Branches.Count;
        if (options.Tower is { } number && (number < 1 || number > count))
        {
            throw new CommSharpException($"{folder.Path}: there is no tower {number}; the model has {count}, counted from 1.");
        }

        _weights = options.Weights;
        _whole = options.Tower is null;
        Towers = options.Tower is { } only ? [only] : [.. Enumerable.Range(1, count)];
        _model = folder.LoadVision(options.Weights).Model;
        try
        {
            foreach (int tower in Towers)
            {
                _towers.Add(tower, Open(folder, tower, options.Layers));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<int> Towers { get; }

    public int? ImageSize(int tower) => Branch(tower).ImageSize;

    public IEnumerable<KeyValuePair<string, Tensor>> Compute(IReadOnlyDictionary<int, Tensor> pixels)
    {
        var results = new List<KeyValuePair<string, Tensor>>();
        var merged = new List<Tensor>();
        foreach (int number in Towers)
        {
            (VisionTransformer tower, IReadOnlyList<int> layers) = _towers[number];
            VisionBranch branch = Branch(number);
            int[] all = [.. layers.Union(branch.Layers).Order()];
            IReadOnlyList<Tensor> features = tower.Features(pixels[number].to(_weights.ComputeDtype, _weights.Device), all);
            results.AddRange(FeatureNames.Named(number, layers, [.. layers.Select(layer => features[all.IndexOf(layer)])]));
            if (_whole)
            {
                merged.Add(branch.FromLayers([.. branch.Layers.Select(layer => features[all.IndexOf(layer)])]));
            }
        }

        if (_whole)
        {
            results.Add(new(ImageTokens, _model.Vision.Project(merged)));
        }

        return results;
    }

    public void Dispose()
    {
        foreach ((int number, (VisionTransformer tower, _)) in _towers)
        {
            if (!ReferenceEquals(tower, Branch(number).Tower))
            {
                tower.Dispose();
            }
        }

        _model.Dispose();
    }

    private VisionBranch Branch(int tower) => _model.Vision.Branches[tower - 1];

    /// <summary>The model's own tower, or, when deeper layers are asked for than the model reads, one that has them.</summary>
    private (VisionTransformer Tower, IReadOnlyList<int> Layers) Open(MultimodalFolder folder, int tower, LayerSelection? selection)
    {
        VisionBranch branch = Branch(tower);
        IReadOnlyList<int> layers = selection?.Resolve(branch.Config.Architecture.Depth) ?? branch.Layers;
        return (layers[^1] <= branch.Layers[^1] ? branch.Tower : folder.LoadTower(tower - 1, layers[^1], _weights), layers);
    }
}

/// <summary>What features are called in a file.</summary>
internal static class FeatureNames
{
    public static IEnumerable<KeyValuePair<string, Tensor>> Named(int tower, IReadOnlyList<int> layers, IReadOnlyList<Tensor> features) =>
        layers.Zip(features, (layer, feature) => KeyValuePair.Create($"tower{tower}.layer.{layer}", feature));
}
