using CommSharp.Data;
using CommSharp.Training.Pretraining.Recipes;

namespace CommSharp.Training.Pretraining.Pictures;

/// <summary>Opens the pictures that a recipe names.</summary>
public static class PretrainingPictures
{
    /// <summary>Opens a source.</summary>
    /// <param name="source">The recipe's.</param>
    /// <param name="baseFolder">What its paths are relative to.</param>
    /// <param name="asker">Where it stands, for errors.</param>
    /// <exception cref="CommSharpException">There is nothing that could be read.</exception>
    public static IPretrainingPictures Open(PictureSource source, string baseFolder, DataPlace asker) => source switch
    {
        CaptionSource captions => new CaptionPictures(captions, baseFolder, asker),
        FolderSource folder => new FolderPictures(folder, baseFolder, asker),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A source that nobody opens."),
    };
}
