using System.Text.Json.Serialization;

namespace CommSharp.Training.Recipes;

/// <summary>Where a training gets its first weights.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FolderModelSource), "folder")]
[JsonDerivedType(typeof(ComposedModelSource), "composed")]
[JsonDerivedType(typeof(RandomModelSource), "random")]
public abstract record ModelSource
{
    /// <summary>
    /// Whether the projector is shifted and scaled before the first step so that every channel of that step's image tokens has mean 0, and all of them together deviation 1.
    /// As a projector is drawn, and again where a tower was exchanged, most of an image token may be what all have in common, many times as large as a word's embedding; a
    /// language model that was trained with such tokens has to get used to the others.
    /// </summary>
    public bool StandardizedTokens { get; init; }
}

/// <summary>A model's folder: ours, LLaVA's or Shikra's; for a second stage the one that the first stage wrote.</summary>
public sealed record FolderModelSource : ModelSource
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>The folder of the vision tower, for models that keep it apart.</summary>
    public string? VisionTower { get; init; }

    /// <summary>Changes to its commsharp.json, such as "vision.branches[0].imageSize=224" for larger pictures; weights stay as they are, and have to fit.</summary>
    public IReadOnlyList<string> Patches { get; init; } = [];
}

/// <summary>A preset over pretrained towers and a pretrained language model; merges, projections and projector start fresh.</summary>
public sealed record ComposedModelSource : ModelSource
{
    /// <summary>A preset's name, or a config file.</summary>
    public required string Preset { get; init; }

    /// <summary>Changes to it, such as "vision.branches[0].layers=half".</summary>
    public IReadOnlyList<string> Patches { get; init; } = [];

    /// <summary>A tower's folder for every branch, in order.</summary>
    public required IReadOnlyList<string> Towers { get; init; }

    /// <summary>The language model's folder; null where <see cref="Tokenizer"/> is given.</summary>
    public string? Language { get; init; }

    /// <summary>
    /// A tokenizer.model, in the place of <see cref="Language"/>: the language model is the preset's, with random weights. The preset's vocabulary is the tokenizer's
    /// and the tokens around a picture.
    /// </summary>
    public string? Tokenizer { get; init; }
}

/// <summary>A preset with random weights throughout, for a training from nothing.</summary>
public sealed record RandomModelSource : ModelSource
{
    /// <summary>A preset's name, or a config file.</summary>
    public required string Preset { get; init; }

    /// <summary>Changes to it.</summary>
    public IReadOnlyList<string> Patches { get; init; } = [];

    /// <summary>A tokenizer.model, whose vocabulary the preset states.</summary>
    public required string Tokenizer { get; init; }
}
