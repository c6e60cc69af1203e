using System.Buffers.Binary;
using System.Text;

namespace CommSharp.Testing;

/// <summary>Safetensors files made by hand, right or wrong.</summary>
public static class RawSafetensors
{
    public static byte[] Bytes(string header, int dataBytes = 0, ulong? length = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var file = new byte[sizeof(ulong) + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length ?? (ulong)json.Length);
        json.CopyTo(file, sizeof(ulong));
        for (int i = 0; i < dataBytes; i++)
        {
            file[sizeof(ulong) + json.Length + i] = (byte)(i % 2);
        }

        return file;
    }

    public static string Entry(string name, string dtype, string shape, long begin, long end) =>
        $$"""
        "{{name}}":{"dtype":"{{dtype}}","shape":{{shape}},"data_offsets":[{{begin}},{{end}}]}
        """;
}
