namespace CommSharp.Testing;

/// <summary>An empty folder for one test, gone with everything in it when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("commsharp-test-").FullName;

    /// <summary>The names of the files and folders in it, in order.</summary>
    public IEnumerable<string> Entries => Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal);

    /// <summary>The full path of something in the folder.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a text file, and the folders above it.</summary>
    /// <returns>The file's full path.</returns>
    public string Write(string relativePath, string text = "") => Write(relativePath, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file, and the folders above it.</summary>
    /// <returns>The file's full path.</returns>
    public string Write(string relativePath, ReadOnlySpan<byte> bytes)
    {
        string file = this[relativePath];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
