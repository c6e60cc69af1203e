namespace CommSharp.Checkpoints;

/// <summary>
/// A folder that appears under its name only when it is complete: it is filled beside it under a temporary name and renamed. Disposed of before
/// that, it leaves nothing behind.
/// </summary>
public sealed class AtomicFolder : IDisposable
{
    private readonly string _target;
    private bool _committed;

    /// <summary>Begins a folder.</summary>
    /// <param name="target">The folder; it must not exist yet, or be empty. The folder above it must be there.</param>
    /// <exception cref="CommSharpException">Something is there already, the folder above is missing, or nothing can be written there.</exception>
    public AtomicFolder(string target)
    {
        _target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (File.Exists(_target) || (Directory.Exists(_target) && Directory.EnumerateFileSystemEntries(_target).Any()))
        {
            throw new CommSharpException($"{target}: something is there already; name a new or empty folder.");
        }

        if (System.IO.Path.GetDirectoryName(_target) is { } parent && !Directory.Exists(parent))
        {
            throw new CommSharpException($"{target}: {FileFault.NoFolder(parent)}");
        }

        Path = $"{_target}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (Directory.Exists(_target))
            {
                // A mount point cannot be replaced, which has to be known before the work and not after it.
                Directory.Delete(_target);
                Directory.CreateDirectory(_target);
            }

            Directory.CreateDirectory(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{target}: {FileFault.OfWriting(error, Path, _target)}", error);
        }
    }

    /// <summary>The folder's path while it is being filled.</summary>
    public string Path { get; }

    /// <summary>A path in it; the folders above are made.</summary>
    public string this[params string[] parts]
    {
        get
        {
            string path = System.IO.Path.Combine([Path, .. parts]);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return path;
        }
    }

    /// <summary>Gives the folder its name.</summary>
    /// <exception cref="CommSharpException">Something has come there meanwhile.</exception>
    public void Commit()
    {
        try
        {
            if (Directory.Exists(_target))
            {
                Directory.Delete(_target); // it was empty
            }

            Directory.Move(Path, _target);
            _committed = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{_target}: {FileFault.OfWriting(error, Path, _target)}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_committed && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
