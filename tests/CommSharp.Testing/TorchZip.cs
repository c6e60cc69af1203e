using System.IO.Compression;

namespace CommSharp.Testing;

/// <summary>Zip archives as torch.save writes them, or as somebody hostile would.</summary>
public static class TorchZip
{
    public static byte[] Archive(byte[] pickle, params (string Name, byte[] Bytes)[] others) =>
        Entries(CompressionLevel.NoCompression, [("archive/data.pkl", pickle), .. others]);

    public static byte[] Entries(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return memory.ToArray();
    }

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
