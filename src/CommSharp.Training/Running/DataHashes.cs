using System.Security.Cryptography;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Training.Recipes;
using CommSharp.Training.Tracking.Cards;

namespace CommSharp.Training.Running;

/// <summary>The hashes of the annotation files that a recipe reads, so that a person knows that theirs are the same. Pictures are not among them.</summary>
internal static class DataHashes
{
    private const string FileName = "data.json";

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
    private static readonly string[] Annotations = [".json", ".jsonl", ".txt", ".xml", ".csv", ".tsv", ".p", ".token"];

    /// <summary>
    /// The hashes as they were when the run began, kept in its folder: hashing gigabytes takes minutes, which nobody has who stops a training. That the files are
    /// the same is judged by their sizes.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="mixtures">What is read.</param>
    /// <param name="locate">Finds a path of the recipe.</param>
    /// <exception cref="CommSharpException">A file cannot be read, or has another size than when the run began.</exception>
    public static IReadOnlyList<CardFile> OfRun(RunFolder folder, IReadOnlyList<DataMixture> mixtures, Func<string, string> locate)
    {
        string kept = folder[FileName];
        if (!File.Exists(kept))
        {
            ConfigurationFile.Write(kept, new RunData(Of(mixtures, locate)));
        }

        IReadOnlyList<CardFile> files = ConfigurationFile.Read<RunData>(kept).Files;
        foreach (CardFile file in files)
        {
            var now = new FileInfo(locate(file.Path));
            if (!now.Exists || now.Length != file.Bytes)
            {
                throw new CommSharpException(
                    $"{file.Path}: {(now.Exists ? $"has {now.Length} bytes" : "is gone")}, but had {file.Bytes} bytes when the run in {folder.Path} began; "
                        + "bring it back, or start anew in another folder.");
            }
        }

        return files;
    }

    /// <summary>Hashes every file once; of a folder its annotation files.</summary>
    /// <exception cref="CommSharpException">A file cannot be read.</exception>
    private static IReadOnlyList<CardFile> Of(IReadOnlyList<DataMixture> mixtures, Func<string, string> locate)
    {
        return [.. mixtures.SelectMany(Datasets).SelectMany(Files).Distinct().Order(StringComparer.Ordinal).Select(path => Hash(locate, path))];

        IEnumerable<string> Files(DatasetPart dataset)
        {
            string path = locate(dataset.Path);
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
        ConversationPart conversations => conversations.Parts.SelectMany(Datasets),
        _ => [(DatasetPart)mixture],
    };

    private static CardFile Hash(Func<string, string> locate, string path)
    {
        try
        {
            using FileStream file = File.OpenRead(locate(path));
            return new CardFile(path.Replace('\\', '/'), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: {FileFault.OfReading(error)}", error);
        }
    }

    /// <summary>data.json.</summary>
    private sealed record RunData(IReadOnlyList<CardFile> Files);
}
