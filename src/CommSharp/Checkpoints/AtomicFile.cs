using CommSharp.Layers;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// A file that appears under its name only when it is complete: it is written beside it under a temporary name, flushed to the disk and renamed.
/// Disposed of before that, it leaves nothing behind.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private const int ChunkBytes = 64 << 20; // between two looks at the cancellation token

    private readonly string _target;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private long _position;
    private bool _committed;

    /// <summary>Opens the temporary file.</summary>
    /// <param name="path">The name that the file gets in the end; its folder must be there. Of a symbolic link the file that it leads to is replaced, and the link stays.</param>
    /// <exception cref="CheckpointException">The folder is missing, or nothing can be written there.</exception>
    public AtomicFile(string path)
    {
        Path = path;
        RequireFolder(path);
        _target = Target(path);
        string folder = System.IO.Path.GetDirectoryName(_target)!;
        _temporary = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");
        _handle = Attempt(() => File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
    }

    /// <summary>The name that the file gets in the end.</summary>
    public string Path { get; }

    /// <summary>Looks whether a file can have a name, before the work for it begins.</summary>
    /// <param name="path">The name that a file is to get.</param>
    /// <exception cref="CheckpointException">Its folder is missing, or the name is that of a folder or of a device.</exception>
    public static void RequireFolder(string path)
    {
        string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
        if (folder is null || Directory.Exists(path) || System.IO.Path.EndsInDirectorySeparator(path))
        {
            throw new CheckpointException(path, "is a folder; name a file in it");
        }

        if (!Directory.Exists(folder))
        {
            throw new CheckpointException(path, FileFault.NoFolder(folder));
        }

        if (IsDevice(System.IO.Path.GetFullPath(path)) || IsDevice(Target(path)))
        {
            throw new CheckpointException(path, "is a device, which a file would replace; name a file");
        }
    }

    private static bool IsDevice(string full) =>
        !OperatingSystem.IsWindows() && (full.StartsWith("/proc/", StringComparison.Ordinal) || (full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)));

    private static string Target(string path)
    {
        try
        {
            FileSystemInfo? target = new FileInfo(path).LinkTarget is null ? null : File.ResolveLinkTarget(path, returnFinalTarget: true);
            return target?.FullName ?? System.IO.Path.GetFullPath(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"cannot be written: {error.Message}", innerException: error); // a link that leads to itself
        }
    }

    /// <summary>Writes a text file, whole or not at all.</summary>
    /// <param name="path">The file; what was there is replaced.</param>
    /// <param name="text">Its text, written as UTF-8.</param>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public static void WriteText(string path, string text) => WriteBytes(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; what was there is replaced.</param>
    /// <param name="bytes">All that it is to hold.</param>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public static void WriteBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new AtomicFile(path);
        file.Write(bytes);
        file.Commit();
    }

    /// <summary>Writes bytes at the end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, _position);
            _position += bytes.Length;
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException) // the second is .NET's word for EFBIG
        {
            throw Failed(e);
        }
    }

    /// <summary>Writes a tensor's elements row by row as <paramref name="stored"/>, through one block when they are not so in memory.</summary>
    /// <exception cref="OverflowException">A finite value is not finite as float16.</exception>
    internal void Write(StoredDtype stored, Tensor tensor, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        if (tensor.numel() == 0)
        {
            return;
        }

        bool asStored = tensor.dtype == stored.Type && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        if (asStored)
        {
            WriteMemory(stored, tensor, cancellationToken);
        }
        else
        {
            WriteBlocks(stored, tensor.contiguous().view(-1), cancellationToken);
        }
    }

    /// <summary>Gives the file its name, replacing what was there.</summary>
    public void Commit() => Attempt(() =>
    {
        RandomAccess.FlushToDisk(_handle);
        _handle.Dispose();
        File.Move(_temporary, _target, overwrite: true);
        _committed = true;
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle.Dispose();
        if (!_committed)
        {
            File.Delete(_temporary);
        }
    }

    private void WriteBlocks(StoredDtype stored, Tensor flat, CancellationToken cancellationToken)
    {
        long blockElements = Math.Min(DataFile.BlockBytes / stored.Bytes, flat.numel());
        var block = empty(blockElements, dtype: stored.Type);
        for (long start = 0; start < flat.numel(); start += blockElements)
        {
            using var each = NewDisposeScope();
            long count = Math.Min(blockElements, flat.numel() - start);
            var source = flat.narrow(0, start, count).cpu();
            var part = block.narrow(0, 0, count);
            part.copy_(source);
            if (stored.Type == ScalarType.Float16 && FloatRange.IsLeft(source, part))
            {
                throw new OverflowException("has values beyond the range of float16");
            }

            WriteMemory(stored, part, cancellationToken);
        }
    }

    private unsafe void WriteMemory(StoredDtype stored, Tensor tensor, CancellationToken cancellationToken)
    {
        byte* memory = TensorMemory.Address(tensor);
        long length = tensor.numel() * stored.Bytes;
        for (long start = 0; start < length; start += ChunkBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Write(new ReadOnlySpan<byte>(memory + start, (int)Math.Min(ChunkBytes, length - start)));
        }

        GC.KeepAlive(tensor);
    }

    private T Attempt<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    private CheckpointException Failed(Exception e) =>
        new(Path, FileFault.OfWriting(e, _temporary, System.IO.Path.GetFullPath(Path)), innerException: e);
}
