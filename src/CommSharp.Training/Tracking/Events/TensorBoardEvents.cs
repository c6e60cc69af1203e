using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace CommSharp.Training.Tracking.Events;

/// <summary>
/// An event file as TensorBoard reads it: TensorFlow's records (length, its checksum, data, its checksum; tensorflow/core/lib/io/record_writer.h) that
/// hold protobuf events. The messages are TorchSharp's. Its SummaryWriter is not used: it cannot say that steps were taken back (docs/decisions/0015).
/// </summary>
internal sealed class TensorBoardEvents : IDisposable
{
    private const int LengthBytes = sizeof(ulong), ChecksumBytes = sizeof(uint);

    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    /// <summary>Begins a file.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="firstStep">The number of steps that are done. What older files say about later ones is void.</param>
    /// <param name="clock">Tells the time of the events.</param>
    public TensorBoardEvents(string folder, long firstStep, TimeProvider clock)
    {
        _clock = clock;
        Directory.CreateDirectory(folder);
        _stream = Create(folder, clock.GetUtcNow().ToUnixTimeSeconds());
        Write(new Event { FileVersion = "brain.Event:2" }, 0);
        Write(new Event { SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } }, firstStep == 0 ? 0 : firstStep + 1);
        Flush();
    }

    /// <summary>Writes numbers of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scalars">Their names, with slashes between groups, and values.</param>
    public void Write(long step, IEnumerable<(string Tag, double Value)> scalars)
    {
        var summary = new Summary();
        summary.Value.AddRange(scalars.Select(scalar => new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = (float)scalar.Value }));
        Write(new Event { Summary = summary }, step);
        Flush();
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>CRC32-C, rotated and shifted so that the checksum of data that hold checksums is sound, too (tensorflow/core/lib/hash/crc32c.h).</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint checksum = uint.MaxValue;
        foreach (byte each in data)
        {
            checksum = BitOperations.Crc32C(checksum, each);
        }

        return BitOperations.RotateRight(~checksum, 15) + 0xa282ead8;
    }

    private void Write(Event message, long step)
    {
        message.Step = step;
        message.WallTime = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        byte[] data = message.ToByteArray();
        byte[] record = new byte[LengthBytes + ChecksumBytes + data.Length + ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(LengthBytes), MaskedChecksum(record.AsSpan(0, LengthBytes)));
        data.CopyTo(record, LengthBytes + ChecksumBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(^ChecksumBytes..), MaskedChecksum(data));
        _stream.Write(record);
    }

    private void Flush() => _stream.Flush();

    /// <summary>TensorBoard knows the files by "tfevents" and reads them in the order of their names.</summary>
    private static FileStream Create(string folder, long second)
    {
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(folder, FormattableString.Invariant($"events.out.tfevents.{second:D10}.commsharp.{number:D3}"));
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Begun within the same second; the next number is free.
            }
        }
    }
}
