using System.Text.Json.Serialization;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>Where pictures come from. A new source is a record here, its line below, and its line in <see cref="Pictures.PretrainingPictures"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CaptionSource), "captions")]
[JsonDerivedType(typeof(FolderSource), "folders")]
public abstract record PictureSource;

/// <summary>Pictures with captions, in any format that has the task "caption": COCO's, Flickr30k's, Shikra's.</summary>
public sealed record CaptionSource : PictureSource
{
    /// <summary>The data sets, as a training's recipe names them.</summary>
    public required DataMixture Captions { get; init; }

    /// <summary>
    /// Parts of these pictures with words of their own: data sets of the task "reg" or "gc", whose records are a box and a phrase, of the same files. A
    /// picture without any has its caption alone; null for no regions at all.
    /// </summary>
    public DataMixture? Regions { get; init; }

    /// <summary>The most regions of a picture at a time, chosen anew each time where there are more.</summary>
    public int MostRegions { get; init; } = 8;
}

/// <summary>A folder of folders, each with the pictures of a class; the classes are numbered in the order of their names.</summary>
public sealed record FolderSource : PictureSource
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }
}
