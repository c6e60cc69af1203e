using System.Security.Cryptography;
using System.Text;

namespace CommSharp.Multimodal.Folders;

/// <summary>Tells models apart without reading all of their weights.</summary>
public static class ModelFingerprint
{
    private const int EndBytes = 1 << 20; // of each end of a file; headers and the last layers lie there

    /// <summary>A hash over names, sizes, and the first and last MiB of every file of a model's folder; small files are covered whole.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CommSharpException">A file cannot be read.</exception>
    public static string Of(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[EndBytes];
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                using FileStream stream = File.OpenRead(file);
                hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file).Replace('\\', '/')}\n{stream.Length}\n"));
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
            throw new CommSharpException($"{folder}: cannot be read: {error.Message}", error);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
