namespace CommSharp.Data.Reading;

/// <summary>A file read block by block, of which the part that is not used yet stays in memory.</summary>
internal sealed class ByteSource : IDisposable
{
    private const int BlockBytes = 1 << 18;

    private readonly FileStream _stream;
    private byte[] _buffer = new byte[BlockBytes];
    private int _start;
    private int _end;

    public ByteSource(string path)
    {
        try
        {
            _stream = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(new DataPlace(path), "no such file; check the path", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(new DataPlace(path), Directory.Exists(path) ? "is a folder; name a file in it" : $"cannot be opened: {error.Message}", error);
        }

        TryRead(int.MaxValue, new DataPlace(path));
        if (Unread.Span.StartsWith("\uFEFF"u8))
        {
            Advance(3);
        }
    }

    /// <summary>Read and not used yet.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether nothing is left in the file.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The offset in the file of the first unread byte.</summary>
    public long Position { get; private set; }

    /// <summary>Uses bytes up.</summary>
    public void Advance(int count)
    {
        _start += count;
        Position += count;
    }

    /// <summary>Reads more; false at the end of the file. Moves what <see cref="Unread"/> refers to.</summary>
    /// <param name="most">The most bytes that may be unread: a record longer than that is no record.</param>
    /// <param name="place">What an error names.</param>
    public bool TryRead(int most, DataPlace place)
    {
        int unread = _end - _start;
        if (unread >= most)
        {
            throw new DataException(place, $"is followed by a record of more than {most} bytes, longer than any that is read; is this the right format?");
        }

        byte[] target = unread > _buffer.Length / 2 ? new byte[Math.Min(Array.MaxLength, _buffer.Length * 2L)] : _buffer;
        _buffer.AsSpan(_start, unread).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, unread);
        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            IsAtEnd = read == 0;
            return read > 0;
        }
        catch (IOException error)
        {
            throw new DataException(place, $"cannot be read on: {error.Message}", error);
        }
    }

    public void Dispose() => _stream.Dispose();
}
