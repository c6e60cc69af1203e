using System.Security.Cryptography;
using CommSharp.Checkpoints;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking.Cards;

namespace CommSharp.Training.Running;

/// <summary>The hashes of the annotation files that a recipe reads, so that a person knows that theirs are the same. Pictures are not among them.</summary>
internal static class DataHashes
{
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
    private static readonly string[] Annotations = [".json", ".jsonl", ".txt", ".xml", ".csv", ".tsv", ".p", ".token"];

    /// <summary>Hashes every file once; of a folder its annotation files.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="CommSharpException">A file cannot be read.</exception>
    public static IReadOnlyList<CardFile> Of(RecipeFile recipe)
    {
        DataMixture[] mixtures = recipe.Recipe.Validation is { } validation ? [recipe.Recipe.Data, validation.Data] : [recipe.Recipe.Data];
        return [.. mixtures.SelectMany(Datasets).SelectMany(Files).Distinct().Order(StringComparer.Ordinal).Select(path => Hash(recipe, path))];

        IEnumerable<string> Files(DatasetPart dataset)
        {
            string path = recipe.Locate(dataset.Path);
            IEnumerable<string> files = Directory.Exists(path)
                ? Directory.EnumerateFiles(path, "*", Everywhere)
                    .Where(file => Annotations.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                    .Select(file => Path.Combine(dataset.Path, Path.GetRelativePath(path, file)))
                : [dataset.Path];
            return dataset.Templates is null ? files : files.Append(dataset.Templates);
        }
    }

    private static IEnumerable<DatasetPart> Datasets(DataMixture mixture) => mixture switch
    {
        ConcatPart concat => concat.Parts.SelectMany(Datasets),
        InterleavePart interleave => interleave.Parts.SelectMany(Datasets),
        _ => [(DatasetPart)mixture],
    };

    private static CardFile Hash(RecipeFile recipe, string path)
    {
        try
        {
            using FileStream file = File.OpenRead(recipe.Locate(path));
            return new CardFile(path.Replace('\\', '/'), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: {FileFault.OfReading(error)}", error);
        }
    }
}
