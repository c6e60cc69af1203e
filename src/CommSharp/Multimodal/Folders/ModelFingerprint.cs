using System.Security.Cryptography;
using System.Text;

namespace CommSharp.Multimodal.Folders;

/// <summary>Tells models apart without reading all of their weights.</summary>
public static class ModelFingerprint
{
    private const int EndBytes = 1 << 20; // of each end of a file; headers and the last layers lie there

    private static readonly string[] Endings = [".json", ".model", ".txt", ".jinja", ".safetensors", ".bin", ".pt", ".pth"];

    /// <summary>Tells a model by its config and everything that its weights are read from, wherever that lies.</summary>
    /// <param name="model">The model's folder.</param>
    /// <exception cref="CommSharpException">A file cannot be read.</exception>
    public static string Of(MultimodalFolder model) => Of([model.Path, model.LanguagePath, .. model.Weights.Select(share => share.Path)]);

    /// <summary>
    /// A hash over names, sizes, and the first and last MiB of files; small ones are covered whole. Of a folder those are taken that a model is made of, by their
    /// endings, and none of the folders below it, so that runs, pictures and notes that are kept there change nothing.
    /// </summary>
    /// <param name="places">Folders and files; each is taken once.</param>
    /// <exception cref="CommSharpException">A file cannot be read.</exception>
    public static string Of(params IReadOnlyList<string> places)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[EndBytes];
        foreach ((int number, string place) in places.Select(place => Path.TrimEndingDirectorySeparator(Path.GetFullPath(place))).Distinct().Index())
        {
            try
            {
                IEnumerable<string> files = File.Exists(place) ? [place] : Directory.EnumerateFiles(place).Where(IsOfModel).Order(StringComparer.Ordinal);
                foreach (string file in files)
                {
                    using FileStream stream = File.OpenRead(file);
                    hash.AppendData(Encoding.UTF8.GetBytes($"{number}/{Path.GetFileName(file)}\n{stream.Length}\n"));
                    Append(0);
                    Append(Math.Max(0, stream.Length - EndBytes));

                    void Append(long from)
                    {
                        stream.Position = from;
                        hash.AppendData(block, 0, stream.ReadAtLeast(block, EndBytes, throwOnEndOfStream: false));
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommSharpException($"{place}: cannot be read: {error.Message}", error);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsOfModel(string file) =>
        Path.GetFileName(file)[0] != '.' && Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
