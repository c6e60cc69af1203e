using System.Runtime.ExceptionServices;
using CommSharp.Layers;
using CommSharp.Runtime;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>A checkpoint's file, open for reading at any offset, by any number of threads.</summary>
internal sealed class DataFile : IDisposable
{
    /// <summary>Elements that change dtype or device pass through a block of this size.</summary>
    public const int BlockBytes = 1 << 20;

    private const int SliceBytes = 16 << 20;
    private const int MostReaders = 4;

    private readonly SafeFileHandle _handle;

    private DataFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    public long Length { get; }

    public static DataFile Open(string path)
    {
        try
        {
            return new DataFile(path, File.OpenHandle(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(path, "no such file; check the path", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CheckpointException(path, $"cannot be opened: {e.Message}", innerException: e);
        }
    }

    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    public void Read(long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(_handle, destination, offset);
                if (read == 0)
                {
                    throw new CheckpointException(Path, "ended while it was being read; it was changed or truncated meanwhile");
                }

                destination = destination[read..];
                offset += read;
            }
        }
        catch (IOException e)
        {
            throw new CheckpointException(Path, $"cannot be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>Reads the elements that start at <paramref name="offset"/>, stored row by row as <paramref name="stored"/>.</summary>
    public void Read(long offset, StoredDtype stored, Tensor destination)
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        if (destination.numel() == 0)
        {
            return;
        }

        if (!destination.is_contiguous())
        {
            destination.copy_(ReadWhole(offset, stored, destination.shape));
        }
        else if (destination.dtype == stored.Type && destination.device_type == DeviceType.CPU)
        {
            ReadMemory(offset, stored, destination);
        }
        else
        {
            ReadBlocks(offset, stored, destination.view(-1));
        }
    }

    public void Dispose() => _handle.Dispose();

    private Tensor ReadWhole(long offset, StoredDtype stored, long[] shape)
    {
        var whole = empty(shape, dtype: stored.Type);
        ReadMemory(offset, stored, whole);
        return whole;
    }

    private void ReadBlocks(long offset, StoredDtype stored, Tensor flat)
    {
        long blockElements = Math.Min(BlockBytes / stored.Bytes, flat.numel());
        var block = empty(blockElements, dtype: stored.Type);
        for (long start = 0; start < flat.numel(); start += blockElements)
        {
            using var each = NewDisposeScope();
            long count = Math.Min(blockElements, flat.numel() - start);
            var part = block.narrow(0, 0, count);
            ReadMemory(offset + start * stored.Bytes, stored, part);
            flat.narrow(0, start, count).copy_(part);
        }
    }

    private unsafe void ReadMemory(long offset, StoredDtype stored, Tensor destination)
    {
        byte* memory = TensorMemory.Address(destination);
        long length = destination.numel() * stored.Bytes;
        if (length <= 2 * SliceBytes)
        {
            Read(offset, new Span<byte>(memory, (int)length));
        }
        else
        {
            LargePages.Advise(memory, length);
            ReadSlices(offset, memory, length);
        }

        if (stored.Type == ScalarType.Bool)
        {
            CheckBooleans(memory, length);
        }

        GC.KeepAlive(destination);
    }

    // One thread copies out of the page cache at the speed of faulting in fresh memory; a second one nearly doubles it.
    private unsafe void ReadSlices(long offset, byte* memory, long length)
    {
        try
        {
            var readers = new ParallelOptions { MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MostReaders) };
            Parallel.For(0L, (length + SliceBytes - 1) / SliceBytes, readers, slice =>
            {
                long start = slice * SliceBytes;
                Read(offset + start, new Span<byte>(memory + start, (int)Math.Min(SliceBytes, length - start)));
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    // A byte other than 0 and 1 in a bool is undefined behaviour in the native library.
    private unsafe void CheckBooleans(byte* memory, long length)
    {
        for (long start = 0; start < length; start += SliceBytes)
        {
            var slice = new ReadOnlySpan<byte>(memory + start, (int)Math.Min(SliceBytes, length - start));
            if (slice.ContainsAnyExceptInRange<byte>(0, 1))
            {
                throw new CheckpointException(Path, "a boolean tensor holds bytes other than 0 and 1; the file is damaged");
            }
        }
    }
}
