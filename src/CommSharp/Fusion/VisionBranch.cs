using CommSharp.Layers;
using CommSharp.Vision;
using CommSharp.Vision.Families;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Fusion;

/// <summary>A tower, the merge of its layers, and the projection after it.</summary>
public sealed class VisionBranch : nn.Module<Tensor, Tensor>
{
    private readonly VisionTransformer tower;
    private readonly LayerMerge merge;
    private readonly Projection projection;
    private readonly ScalarType compute;

    /// <summary>Makes a branch with uninitialised weights. Blocks deeper than the deepest selected layer are not built.</summary>
    /// <param name="config">The branch.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">The config contradicts itself.</exception>
    public VisionBranch(VisionBranchConfig config, TensorOptions options)
        : this(config, options, options)
    {
    }

    /// <summary>Makes a branch whose parts are held differently. Everything computes in the towers' <see cref="TensorOptions.ComputeDtype"/>.</summary>
    /// <param name="config">The branch.</param>
    /// <param name="towers">How the tower's weights are held.</param>
    /// <param name="fusion">How the weights of merge and projection are held.</param>
    /// <exception cref="CommSharpException">The config contradicts itself.</exception>
    public VisionBranch(VisionBranchConfig config, TensorOptions towers, TensorOptions fusion)
        : base(nameof(VisionBranch))
    {
        compute = towers.ComputeDtype;
        Config = config;
        Family = VisionFamily.Named(config.Family);
        ImageSize = config.ImageSize ?? config.Architecture.ImageSize;
        Grid = config.Architecture.GridAt(ImageSize, ImageSize);
        Layers = config.Layers.Resolve(config.Architecture.Depth);
        tower = new VisionTransformer(config.Architecture, towers, depth: Layers[^1]);
        merge = LayerMerge.Create(config.Merge, Layers.Count, config.Architecture.Width, fusion);
        projection = new Projection(config.Projection, merge.OutputWidth, merge.OutputWidth, fusion);
        RegisterComponents();
        foreach (Parameter parameter in tower.parameters())
        {
            parameter.requires_grad = config.Trainable;
        }
    }

    /// <summary>The config.</summary>
    public VisionBranchConfig Config { get; }

    /// <summary>The tower's family.</summary>
    public VisionFamily Family { get; }

    /// <summary>The side in pixels of the pictures that the branch gets.</summary>
    public int ImageSize { get; }

    /// <summary>The grid of patches of such a picture.</summary>
    public PatchGrid Grid { get; }

    /// <summary>The layers that are read, ascending.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>The width of the branch's features.</summary>
    public int OutputWidth => merge.OutputWidth;

    /// <summary>The tower.</summary>
    public VisionTransformer Tower => tower;

    /// <summary>The merge of its layers.</summary>
    public LayerMerge Merge => merge;

    /// <summary>What follows the merge.</summary>
    public Projection Projection => projection;

    /// <summary>From pixels to features.</summary>
    /// <param name="rgb">[B, 3, H, W], in 0..1.</param>
    /// <returns>[B, N, <see cref="OutputWidth"/>].</returns>
    public override Tensor forward(Tensor rgb)
    {
        using DisposeScope scope = NewDisposeScope();
        return FromNormalized((Config.Normalization ?? Family.Normalization).Apply(rgb)).MoveToOuterDisposeScope();
    }

    /// <summary>From pixels that already have the tower's mean and deviation.</summary>
    /// <param name="pixels">[B, 3, H, W], in any element type; the tower gets them in the one that it computes in.</param>
    /// <returns>[B, N, <see cref="OutputWidth"/>].</returns>
    public Tensor FromNormalized(Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        return FromLayers(tower.Features(pixels.to(compute), Layers)).MoveToOuterDisposeScope();
    }

    /// <summary>Merges and projects layers that were computed before.</summary>
    /// <param name="layers">One tensor for each of <see cref="Layers"/>, [B, N, C].</param>
    /// <returns>[B, N, <see cref="OutputWidth"/>].</returns>
    public Tensor FromLayers(IReadOnlyList<Tensor> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        return projection.call(merge.call(layers)).MoveToOuterDisposeScope();
    }
}
