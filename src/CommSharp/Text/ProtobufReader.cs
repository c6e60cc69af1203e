using System.Buffers.Binary;

namespace CommSharp.Text;

/// <summary>
/// The fields of a protocol buffers message, one after the other. It reads slices of the bytes it was given and cannot be made to allocate.
/// </summary>
/// <exception cref="InvalidDataException">From every member: the bytes end early, or hold a wire type that is not in use.</exception>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private ReadOnlySpan<byte> _bytes = default;
    private ulong _number = 0;

    /// <summary>The number of the field at hand.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a field that holds an integer or a truth value.</summary>
    public readonly long Number => (long)_number;

    public readonly bool Flag => _number != 0;

    /// <summary>The value of a field of 32 bits.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)_number);

    /// <summary>The value of a field that holds a text or another message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong key = Varint();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        _number = 0;
        _bytes = default;
        switch (key & 7)
        {
            case 0:
                _number = Varint();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                _bytes = Take(Varint());
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"field {Field} has the wire type {key & 7}");
        }

        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("an integer has more than 10 bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new InvalidDataException("the file ends in the middle of a field");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
