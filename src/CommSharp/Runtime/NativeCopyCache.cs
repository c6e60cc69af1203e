using System.Security.Cryptography;

namespace CommSharp.Runtime;

/// <summary>
/// Files that are loaded as code, in a folder that only the user may write. A file is complete from the moment it has its name, its name tells its
/// content, and its content is compared before it is used again.
/// </summary>
internal sealed class NativeCopyCache(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The user's cache folder: XDG_CACHE_HOME or ~/.cache, on other systems the local application data.</summary>
    public static string DefaultFolder
    {
        get
        {
            string? named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string cache = Path.IsPathFullyQualified(named ?? "") ? named!
                : OperatingSystem.IsLinux() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
                : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return Path.Combine(cache, "commsharp", "native");
        }
    }

    /// <summary>The path of a file with this content, written now unless it is there.</summary>
    /// <param name="name">The file's name to begin with, such as "libLibTorchSharp.so"; a hash goes before the extension.</param>
    /// <param name="content">The whole content.</param>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to somebody else.</exception>
    public string Store(string name, ReadOnlySpan<byte> content)
    {
        MakePrivateFolder();
        string hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        string path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(name)}-{hash}{Path.GetExtension(name)}");
        if (!Holds(path, content))
        {
            Write(path, content);
        }

        return path;
    }

    private void MakePrivateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerOnly);

        // An existing folder may be open to others; only its owner may close it, so a stranger's folder is refused here too.
        File.SetUnixFileMode(folder, OwnerOnly);
    }

    private static bool Holds(string path, ReadOnlySpan<byte> content)
    {
        FileInfo file = new(path);
        return file.Exists && file.LinkTarget is null && file.Length == content.Length && content.SequenceEqual(File.ReadAllBytes(path));
    }

    // Two processes may do this at once: each writes its own file, and the last rename wins with the same content.
    private void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = Path.Combine(folder, Path.GetRandomFileName());
        FileStreamOptions create = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (FileStream stream = new(temporary, create))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
