using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>A picture to learn from.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">What it shows, in words; null where the source has none.</param>
/// <param name="Label">The number of its class, from 0; null where the source has none.</param>
public sealed record PretrainingPicture(RgbImage Picture, string? Caption, int? Label)
{
    /// <summary>Parts of the picture with words of their own; empty where the source has none.</summary>
    public IReadOnlyList<PictureRegion> Regions { get; init; } = [];

    /// <summary>Everything that is said of it.</summary>
    internal IEnumerable<string> Texts => Regions.Select(region => region.Phrase).Concat(Caption is { } caption ? [caption] : []);
}

/// <summary>A part of a picture and what is there.</summary>
/// <param name="Box">The part, in the picture's pixels.</param>
/// <param name="Phrase">What is there, such as "the small red star".</param>
public sealed record PictureRegion(PixelBox Box, string Phrase);

/// <summary>Pictures by their number, decoded or drawn when they are asked for. Several threads may ask at a time.</summary>
public interface IPretrainingPictures : IDisposable
{
    /// <summary>The number of pictures of an epoch.</summary>
    long Count { get; }

    /// <summary>Whether every picture has a caption.</summary>
    bool HasCaptions { get; }

    /// <summary>Whether pictures have regions; some may have none all the same.</summary>
    bool HasRegions { get; }

    /// <summary>The classes' names, the one of label 0 first; null where pictures have none.</summary>
    IReadOnlyList<string>? Classes { get; }

    /// <summary>Reads or draws a picture.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="chance">What is left to chance, such as the wording of its caption; the same chance gives the same picture and caption.</param>
    /// <exception cref="DataException">It cannot be used; another one takes its place.</exception>
    PretrainingPicture Read(long index, SampleChance chance);

    /// <summary>Where a picture comes from, for errors.</summary>
    /// <param name="index">Its number, from 0.</param>
    string PlaceOf(long index);
}
