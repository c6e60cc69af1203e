using CommSharp.Configuration;
using CommSharp.Imaging;
using CommSharp.Vision;

namespace CommSharp.Fusion;

/// <summary>How several branches become one sequence of image tokens.</summary>
public enum BranchCombine
{
    /// <summary>Side by side on the channels: COMM.</summary>
    ConcatChannels,

    /// <summary>One after the other as tokens.</summary>
    ConcatTokens,

    /// <summary>Added up.</summary>
    Sum,
}

/// <summary>What to do when branches that share tokens have different grids of patches.</summary>
public enum GridMismatch
{
    /// <summary>Refuse the configuration.</summary>
    Fail,

    /// <summary>Resample the later branches' features bilinearly to the first branch's grid.</summary>
    ResampleToFirst,
}

/// <summary>One tower, the layers read from it, and what becomes of them.</summary>
public sealed record VisionBranchConfig
{
    /// <summary>Where the tower's weights come from: a folder, relative to the config's own, or a hub id.</summary>
    public required string Encoder { get; init; }

    /// <summary>The tower's family, such as "clip" or "dinov2".</summary>
    public required string Family { get; init; }

    /// <summary>The tower's architecture.</summary>
    public required VisionTransformerConfig Architecture { get; init; }

    /// <summary>The layers that are read.</summary>
    public required LayerSelection Layers { get; init; }

    /// <summary>How they become one feature map.</summary>
    public MergeConfig Merge { get; init; } = new SelectMerge();

    /// <summary>What follows the merge; COMM puts an MLP after DINOv2's. It keeps the width.</summary>
    public ProjectionConfig Projection { get; init; } = new IdentityProjection();

    /// <summary>The side in pixels of the pictures that the branch gets; by default the tower's own.</summary>
    public int? ImageSize { get; init; }

    /// <summary>What pixels are brought to; by default the family's.</summary>
    public PixelNormalization? Normalization { get; init; }

    /// <summary>Whether the tower itself is trained.</summary>
    public bool Trainable { get; init; }

    /// <summary>Refuses values of which no branch can be built.</summary>
    internal void Validate(MemberCheck check)
    {
        Architecture.Validate(check.In("architecture"));
        check.Range("imageSize", ImageSize ?? Architecture.ImageSize, Architecture.PatchSize, VisionTransformerConfig.LargestImage);
        Projection.Validate(check.In("projection"));
        Normalization?.Validate(check.In("normalization"));
    }
}

/// <summary>Every branch, how they combine, and the way to the language model.</summary>
public sealed record VisionStackConfig
{
    /// <summary>The branches, in the order of combination.</summary>
    public required IReadOnlyList<VisionBranchConfig> Branches { get; init; }

    /// <summary>How branches become one sequence.</summary>
    public BranchCombine Combine { get; init; } = BranchCombine.ConcatChannels;

    /// <summary>What to do about different grids.</summary>
    public GridMismatch OnGridMismatch { get; init; } = GridMismatch.Fail;

    /// <summary>From the combined width to the language model's.</summary>
    public required ProjectionConfig Projector { get; init; }
}
