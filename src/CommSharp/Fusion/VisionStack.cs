using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CommSharp.Fusion;

/// <summary>Branches, their combination, and the projector: from pictures to image tokens of the language model's width.</summary>
public sealed class VisionStack : nn.Module<ImageBatch, Tensor>
{
    private readonly ModuleList<VisionBranch> branches;
    private readonly Projection projector;
    private readonly VisionStackConfig config;

    /// <summary>Makes a stack with uninitialised weights.</summary>
    /// <param name="config">The stack.</param>
    /// <param name="languageWidth">The width that image tokens must have.</param>
    /// <param name="options">How weights are held.</param>
    /// <exception cref="CommSharpException">The config contradicts itself: no branch, grids or widths that do not combine.</exception>
    public VisionStack(VisionStackConfig config, int languageWidth, TensorOptions options)
        : this(config, languageWidth, options, options)
    {
    }

    /// <summary>Makes a stack whose parts are held differently. Everything computes in the towers' <see cref="TensorOptions.ComputeDtype"/>.</summary>
    /// <param name="config">The stack.</param>
    /// <param name="languageWidth">The width that image tokens must have.</param>
    /// <param name="towers">How the towers' weights are held.</param>
    /// <param name="fusion">How the weights of merges, projections and projector are held.</param>
    /// <exception cref="CommSharpException">The config contradicts itself: no branch, grids or widths that do not combine.</exception>
    public VisionStack(VisionStackConfig config, int languageWidth, TensorOptions towers, TensorOptions fusion)
        : base(nameof(VisionStack))
    {
        this.config = config;
        branches = new ModuleList<VisionBranch>([.. config.Branches.Select(branch => new VisionBranch(branch, towers, fusion))]);
        projector = new Projection(config.Projector, CombinedWidth(), languageWidth, fusion);
        RegisterComponents();
    }

    /// <summary>The branches, in the order of combination.</summary>
    public IReadOnlyList<VisionBranch> Branches => [.. branches];

    /// <summary>The way to the language model's width.</summary>
    public Projection Projector => projector;

    /// <summary>The distinct sides in pixels of the pictures that the branches ask for.</summary>
    public IReadOnlyList<int> ImageSizes => [.. branches.Select(branch => branch.ImageSize).Distinct()];

    /// <summary>The number of tokens that one picture becomes.</summary>
    public int TokensPerImage => config.Combine == BranchCombine.ConcatTokens
        ? branches.Sum(branch => branch.Grid.Count)
        : branches[0].Grid.Count;

    /// <summary>From pictures to image tokens.</summary>
    /// <param name="images">B pictures.</param>
    /// <returns>[B, <see cref="TokensPerImage"/>, language width].</returns>
    public override Tensor forward(ImageBatch images)
    {
        using DisposeScope scope = NewDisposeScope();
        return Project(Look(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Combines the branches' features and projects them.</summary>
    /// <param name="features">One tensor per branch, [B, N, width of the branch].</param>
    /// <returns>[B, <see cref="TokensPerImage"/>, language width].</returns>
    public Tensor Project(IReadOnlyList<Tensor> features)
    {
        using DisposeScope scope = NewDisposeScope();
        return projector.call(Combine(features)).MoveToOuterDisposeScope();
    }

    /// <summary>Changes the projector so that over given pictures every channel of the image tokens has mean 0, and all channels together deviation 1.</summary>
    /// <param name="images">The pictures, two patches or more in all.</param>
    /// <exception cref="CommSharpException">The projector is the identity.</exception>
    public void Standardize(ImageBatch images)
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            projector.Standardize(Combine(Look(images)));
        }
    }

    /// <summary>Combines the branches' features.</summary>
    /// <param name="features">One tensor per branch, [B, N, width of the branch].</param>
    /// <returns>[B, <see cref="TokensPerImage"/>, combined width].</returns>
    public Tensor Combine(IReadOnlyList<Tensor> features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] aligned = [.. features.Zip(branches, Aligned)];
        return (config.Combine switch
        {
            BranchCombine.ConcatChannels => cat(aligned, -1),
            BranchCombine.ConcatTokens => cat(aligned, 1),
            _ => aligned.Aggregate((sum, next) => sum.Plus(next)).alias(),
        }).MoveToOuterDisposeScope();
    }

    /// <summary>Each branch's features, [B, N, width of the branch].</summary>
    private Tensor[] Look(ImageBatch images) => [.. branches.Select(branch => branch.call(images.At(branch.ImageSize, branch.ImageSize)))];

    private Tensor Aligned(Tensor features, VisionBranch branch)
    {
        PatchGrid from = branch.Grid, to = branches[0].Grid;
        if (config.Combine == BranchCombine.ConcatTokens || from == to)
        {
            return features;
        }

        long batch = features.shape[0], width = features.shape[2];
        Tensor map = features.transpose(1, 2).reshape(batch, width, from.Rows, from.Columns);
        return nn.functional.interpolate(map, size: [to.Rows, to.Columns], mode: InterpolationMode.Bilinear, align_corners: false)
            .reshape(batch, width, to.Count)
            .transpose(1, 2);
    }

    private int CombinedWidth()
    {
        if (branches.Count == 0)
        {
            throw new CommSharpException("A vision stack has at least one branch.");
        }

        int[] widths = [.. branches.Select(branch => branch.OutputWidth)];
        if (config.Combine != BranchCombine.ConcatChannels && widths.Distinct().Count() > 1)
        {
            throw new CommSharpException($"Branches of widths {string.Join(", ", widths)} cannot be combined by {config.Combine}; use ConcatChannels.");
        }

        PatchGrid[] grids = [.. branches.Select(branch => branch.Grid).Distinct()];
        if (config.Combine != BranchCombine.ConcatTokens && config.OnGridMismatch == GridMismatch.Fail && grids.Length > 1)
        {
            throw new CommSharpException(
                $"Branches with grids {string.Join(", ", grids)} cannot share tokens; set imageSize so that they agree, or onGridMismatch to resampleToFirst.");
        }

        return config.Combine == BranchCombine.ConcatChannels ? widths.Sum() : widths[0];
    }
}
