using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Fusion;

/// <summary>
/// Makes one feature map of a tower's chosen layers. Every module takes the layers' features, each [B, N, C], and returns
/// [B, N, <see cref="OutputWidth"/>].
/// </summary>
public abstract class LayerMerge : nn.Module<IReadOnlyList<Tensor>, Tensor>
{
    /// <summary>Names the module; sealed descendants register their own parameters.</summary>
    private protected LayerMerge(string name, int outputWidth)
        : base(name) => OutputWidth = outputWidth;

    /// <summary>The width of the merged features.</summary>
    public int OutputWidth { get; }

    /// <summary>
    /// With what weight each layer enters the sum: the paper's alpha and beta, or their softmax. Empty for a merge that sums nothing.
    /// </summary>
    public virtual IReadOnlyList<double> LayerWeights => [];

    /// <summary>Makes the module that a config describes, with uninitialised weights.</summary>
    /// <param name="config">Which merge.</param>
    /// <param name="layers">The number of layers that it will get.</param>
    /// <param name="width">Their width.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">A single-layer merge over several layers.</exception>
    public static LayerMerge Create(MergeConfig config, int layers, int width, TensorOptions options) => config switch
    {
        SelectMerge when layers != 1 => throw new CommSharpException(
            $"The merge \"select\" takes one layer, but {layers} are selected; select one, or merge with \"mean\", \"layerscale\" or \"concat\"."),
        SelectMerge => new SelectedLayer(width),
        MeanMerge => new MeanOfLayers(width),
        LayerscaleMerge layerscale => new Layerscale(layerscale, layers, width, options),
        ConcatMerge => new ConcatenatedLayers(layers, width),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, "Unknown merge."),
    };
}

/// <summary>The one layer as it is.</summary>
internal sealed class SelectedLayer(int width) : LayerMerge(nameof(SelectedLayer), width)
{
    public override Tensor forward(IReadOnlyList<Tensor> layers) => layers[0].alias();
}

/// <summary>The average over layers.</summary>
internal sealed class MeanOfLayers(int width) : LayerMerge(nameof(MeanOfLayers), width)
{
    public override Tensor forward(IReadOnlyList<Tensor> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        return layers.Aggregate((sum, layer) => sum.Plus(layer)).Over(layers.Count).MoveToOuterDisposeScope();
    }
}

/// <summary>The layers side by side on the channels.</summary>
internal sealed class ConcatenatedLayers(int layers, int width) : LayerMerge(nameof(ConcatenatedLayers), layers * width)
{
    public override Tensor forward(IReadOnlyList<Tensor> layers) => cat([.. layers], -1);
}
