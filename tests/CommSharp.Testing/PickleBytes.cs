using System.Buffers.Binary;
using System.Text;

namespace CommSharp.Testing;

/// <summary>Pickles written opcode by opcode. What is not listed here is said with <see cref="Op"/>.</summary>
public sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public static PickleBytes Protocol(byte version) => new PickleBytes().Op("\u0080").Raw(version);

    public PickleBytes Op(string opcodes)
    {
        _bytes.AddRange(Encoding.Latin1.GetBytes(opcodes));
        return this;
    }

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)utf8.Length);
        return Op("X").Raw(length).Raw(utf8);
    }

    public PickleBytes BinInt(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Op("J").Raw(bytes);
    }

    public PickleBytes Long1(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, sizeof(long)).Raw(bytes);
    }

    public PickleBytes Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBytes Tuple(params long[] values)
    {
        Op("(");
        foreach (long value in values)
        {
            Long1(value);
        }

        return Op("t");
    }

    public PickleBytes Tensor(string key, long[] shape, long[] stride, long elements, long offset = 0, string storage = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("((").Text("storage").Global("torch", storage).Text(key).Text("cpu").Long1(elements).Op("tQ")
            .Long1(offset).Tuple(shape).Tuple(stride).Raw(0x89).Op("N").Op("tR");

    public byte[] Stop() => [.. _bytes, (byte)'.'];
}
