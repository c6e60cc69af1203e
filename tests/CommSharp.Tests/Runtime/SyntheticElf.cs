using System.Buffers.Binary;
using System.Text;

namespace CommSharp.Tests.Runtime;

/// <summary>
/// The smallest ELF library that has symbol versions: it needs two versions of libx.so (2: one whose symbol a relocation names, 3: one that nothing
/// uses), and defines one.
/// </summary>
internal static class SyntheticElf
{
    public const string Library = "libx.so";
    public const string UsedVersion = "X_1";
    public const string UnusedVersion = "X_2";
    public const string DefinedVersion = "Y_1";

    private static readonly byte[] Strings = Encoding.ASCII.GetBytes($"\0{Library}\0{UsedVersion}\0{UnusedVersion}\0{DefinedVersion}\0");

    public static byte[] Build()
    {
        byte[] needs = [.. Record(1, 2).U32(At(Library), 16, 0), .. Aux(2, At(UsedVersion), 16), .. Aux(3, At(UnusedVersion), 0)];
        byte[] definitions = [.. Record(1, 0, 4, 1).U32(0, 20, 0), .. Record().U32(At(DefinedVersion), 0)];
        byte[] symbols = new byte[3 * 24];
        byte[] versions = Record(0, 2, 3);
        byte[] relocations = [.. Record().U32(0, 0, 6, 1, 0, 0)];        // symbol 1

        (uint Type, int Link, uint Info, byte[] Content)[] sections =
        [
            (0, 0, 0, []), (3, 0, 0, Strings), (11, 1, 0, symbols), (0x6fffffff, 2, 0, versions),
            (0x6ffffffe, 1, 1, needs), (0x6ffffffd, 1, 1, definitions), (4, 2, 0, relocations),
        ];
        List<byte> content = [];
        List<byte> headers = [];
        foreach ((uint type, int link, uint info, byte[] bytes) in sections)
        {
            headers.AddRange(Record().U32(0, type, 0, 0, 0, 0, (uint)(64 + content.Count), 0, (uint)bytes.Length, 0, (uint)link, info, 0, 0, 0, 0));
            content.AddRange(bytes);
        }

        byte[] header = new byte[64];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), 64 + content.Count);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(58), 64);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(60), (short)sections.Length);
        return [.. header, .. content, .. headers];
    }

    private static byte[] Aux(ushort index, uint name, uint next) => [.. Record().U32(0), .. Record(0, index).U32(name, next)];

    private static uint At(string text) => (uint)Encoding.ASCII.GetString(Strings).IndexOf(text + "\0", StringComparison.Ordinal);

    private static byte[] Record(params ushort[] values) => [.. values.SelectMany(value => new[] { (byte)value, (byte)(value >> 8) })];

    private static byte[] U32(this byte[] record, params uint[] values) =>
        [.. record, .. values.SelectMany(value => new[] { (byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24) })];
}
