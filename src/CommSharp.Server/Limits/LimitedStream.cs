using CommSharp.Server.Errors;

namespace CommSharp.Server.Limits;

/// <summary>A stream to read from, up to so many bytes and for so long.</summary>
/// <param name="inner">Where bytes come from.</param>
/// <param name="limit">How many may come.</param>
/// <param name="timeout">How long they may take, as a refusal tells it.</param>
/// <param name="deadline">Is cancelled when that time is over.</param>
internal sealed class LimitedStream(Stream inner, long limit, TimeSpan timeout, CancellationToken deadline) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline);
        try
        {
            return Counted(await inner.ReadAsync(buffer, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiException.TooSlow(timeout);
        }
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Counted(int read) => (_read += read) <= limit ? read : throw ApiException.TooLarge(limit);
}
