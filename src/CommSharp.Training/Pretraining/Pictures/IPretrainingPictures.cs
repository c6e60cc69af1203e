using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>A picture to learn from.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">What it shows, in words; null where the source has none.</param>
/// <param name="Label">The number of its class, from 0; null where the source has none.</param>
public sealed record PretrainingPicture(RgbImage Picture, string? Caption, int? Label);

/// <summary>Pictures by their number, decoded or drawn when they are asked for. Several threads may ask at a time.</summary>
public interface IPretrainingPictures : IDisposable
{
    /// <summary>The number of pictures of an epoch.</summary>
    long Count { get; }

    /// <summary>Whether every picture has a caption.</summary>
    bool HasCaptions { get; }

    /// <summary>The number of classes; null where pictures have none.</summary>
    int? Classes { get; }

    /// <summary>Reads or draws a picture.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="chance">What is left to chance, such as the wording of its caption; the same chance gives the same picture and caption.</param>
    /// <exception cref="DataException">It cannot be used; another one takes its place.</exception>
    PretrainingPicture Read(long index, SampleChance chance);

    /// <summary>Where a picture comes from, for errors.</summary>
    /// <param name="index">Its number, from 0.</param>
    string PlaceOf(long index);
}
