using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CommSharp.Checkpoints.Pickle;

/// <summary>A pickle's bytes and how far they are read. Nothing reads past the end, so no length in the file is believed beyond it.</summary>
internal ref struct PickleInput(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Where the instruction being carried out starts.</summary>
    public int Instruction { get; private set; }

    public PickleOpcode NextOpcode()
    {
        Instruction = _position;
        return _position < _bytes.Length
            ? (PickleOpcode)_bytes[_position++]
            : throw Wrong("the pickle ends without its STOP; it is truncated");
    }

    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _position))
        {
            throw Wrong($"{count} bytes are promised, but only {_bytes.Length - _position} are left; the pickle is truncated or damaged");
        }

        var taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    public byte UInt8() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Float64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>Protocol 1 writes the lengths of byte strings with a sign.</summary>
    public ulong SignedLength() => Int32() is >= 0 and var length ? (ulong)length : throw Wrong("a length is negative; the pickle is damaged");

    /// <summary>Little-endian two's complement of <paramref name="count"/> bytes; small ones as long.</summary>
    public object Integer(ulong count)
    {
        const int most = 1024; // bytes; no honest number comes near it
        if (count > most)
        {
            throw Wrong($"a number of {count} bytes is larger than the {most} allowed");
        }

        var value = new BigInteger(Take(count));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    public string Utf8(ulong count)
    {
        try
        {
            return StrictUtf8.GetString(Take(count));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("text is not valid UTF-8; the pickle is damaged");
        }
    }

    /// <summary>
    /// A Python 2 byte string, which may be text or not: read as UTF-8 when it is valid UTF-8, otherwise as Latin-1, which any bytes are.
    /// </summary>
    public string ByteString(ulong count) => PickleText.Bytes(Take(count));

    /// <summary>The rest of a text line, without its end.</summary>
    public ReadOnlySpan<byte> Line()
    {
        int length = _bytes[_position..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Wrong("a line has no end; the pickle is truncated or damaged");
        }

        var line = Take((ulong)length);
        _position++;
        return line;
    }

    public readonly PickleFormatException Wrong(string problem) => new(Instruction, problem);
}
