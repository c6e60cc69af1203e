using System.Text.Json.Serialization;
using CommSharp.Configuration;
using CommSharp.Training.Pretraining.Objectives.Clip;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>What a tower learns from its pictures.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ClipSettings), "clip")]
[JsonDerivedType(typeof(DinoSettings), "dino")]
[JsonDerivedType(typeof(MaeSettings), "mae")]
[JsonDerivedType(typeof(DeitSettings), "deit")]
public abstract record ObjectiveSettings
{
    /// <summary>The tower.</summary>
    public TowerSettings Tower { get; init; } = new();

    /// <exception cref="ConfigurationException">A member that cannot be meant; names it.</exception>
    internal virtual void Validate(MemberCheck check, PictureBatchSettings batch) => Tower.Validate(check.In("tower"));
}

/// <summary>
/// CLIP (Radford et al. 2021): pictures and their captions find each other within a batch. Where the data has regions, these and their phrases do so too
/// (Zhong et al. 2022, RegionCLIP).
/// </summary>
public sealed record ClipSettings : ObjectiveSettings
{
    /// <summary>The text encoder.</summary>
    public ClipTextSettings Text { get; init; } = new();

    /// <summary>The tokenizer.model that captions are cut with.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The width of the space that both towers meet in.</summary>
    public int ProjectionWidth { get; init; } = 128;

    /// <summary>
    /// The folder of a CLIP of this size, in Hugging Face's layout, whose weights the training goes on from; fresh ones where null. Of a folder without the text encoder's
    /// weights, such as those in a model of CommSharp, the vision tower is taken, and the rest is fresh.
    /// </summary>
    public string? Start { get; init; }

    /// <summary>
    /// The share of patches that the tower does not see in training, as in FLIP (Li et al. 2022), which makes its part of a step as much cheaper; patches under regions are the last to be
    /// left out. 0 for none.
    /// </summary>
    public double MaskRatio { get; init; }

    /// <summary>How much the loss of regions counts beside that of captions; without a meaning where the data has no regions.</summary>
    public double RegionWeight { get; init; } = 1;

    /// <summary>How pictures are varied. A picture whose caption, or a region's phrase, names a side or writing is never mirrored.</summary>
    public ViewSettings View { get; init; } = new() { Flip = 0, SmallestCrop = 1 };

    internal override void Validate(MemberCheck check, PictureBatchSettings batch)
    {
        base.Validate(check, batch);
        Text.Validate(check.In("text"));
        View.Validate(check.In("view"));
        check.Range("projectionWidth", ProjectionWidth, 1, MemberCheck.LargestSize);
        check.That(
            MaskRatio >= 0 && VisiblePatches.Count(Tower.Clip.NativeGrid, MaskRatio) >= 1, "maskRatio", MaskRatio, "0 or more, and such that at least one patch is seen");
        check.That(RegionWeight >= 0 && double.IsFinite(RegionWeight), "regionWeight", RegionWeight, "0 or a positive number");
        var whole = new MemberCheck(check.Source, "batch.");
        whole.That(batch.Size >= 2, "size", batch.Size, "at least 2, since each picture is told apart from the others of its batch");
        whole.That(
            batch.Accumulation == 1, "accumulation", batch.Accumulation, "1 for CLIP: pictures are compared within one batch, so that several small ones are another task");
    }
}

/// <summary>The size of CLIP's text encoder.</summary>
public sealed record ClipTextSettings
{
    /// <summary>The width of a token.</summary>
    public int Width { get; init; } = 192;

    /// <summary>The number of blocks.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>The number of attention heads.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>The width inside the feed-forward part, as a multiple of <see cref="Width"/>.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>The most tokens of a caption, its begin and end marks among them; a longer one is cut off.</summary>
    public int ContextLength { get; init; } = 48;

    /// <exception cref="ConfigurationException">No encoder can be built of it.</exception>
    internal void Validate(MemberCheck check)
    {
        check.Range("width", Width, 1, MemberCheck.LargestSize);
        check.Range("depth", Depth, 1, MemberCheck.MostLayers);
        check.Range("heads", Heads, 1, Width);
        check.That(Width % Heads == 0, "heads", Heads, $"a divisor of \"width\", which is {Width}");
        check.That(MlpRatio is > 0 and <= 64 && Width * MlpRatio >= 1, "mlpRatio", MlpRatio, "above 0 and at most 64");
        check.Range("contextLength", ContextLength, 3, MemberCheck.LargestSize);
    }
}
