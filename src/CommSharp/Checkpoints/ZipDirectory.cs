using System.Buffers.Binary;
using System.Text;

namespace CommSharp.Checkpoints;

/// <summary>
/// The directory of a zip archive whose entries are stored uncompressed, as torch.save writes them (PKWARE APPNOTE 6.3, with zip64). Entries are
/// only located, so that their bytes can be read straight from the archive's file: there is nothing to inflate, and they may not overlap.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50, Zip64LocatorSignature = 0x07064b50, Zip64EndSignature = 0x06064b50;
    private const uint CentralSignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int EndLength = 22, Zip64LocatorLength = 20, Zip64EndLength = 56, CentralLength = 46, LocalLength = 30;
    private const int LargestDirectory = 64 << 20;
    private const int MostEntries = 1 << 18;

    private readonly record struct Located(string Name, long Header, long Length);

    private readonly record struct End(long Position, long DirectoryOffset, long DirectoryLength, long Entries);

    public static Dictionary<string, ZipEntry> Read(DataFile file)
    {
        var end = FindEnd(file);
        if (end.Entries > MostEntries || end.DirectoryLength > LargestDirectory)
        {
            throw Damaged(file, $"its directory has {end.Entries} entries and {end.DirectoryLength} bytes, more than allowed");
        }

        if (end.DirectoryOffset < 0 || end.DirectoryLength < 0 || end.DirectoryOffset > end.Position - end.DirectoryLength)
        {
            throw Damaged(file, "its directory lies outside of the file");
        }

        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        long free = 0;
        foreach (var located in ReadDirectory(file, end).OrderBy(e => e.Header))
        {
            if (located.Header < free)
            {
                throw Damaged(file, $"its entry {Printable.Name(located.Name)} overlaps another");
            }

            var entry = Locate(file, located, end.DirectoryOffset);
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw Damaged(file, $"it has two entries {Printable.Name(entry.Name)}");
            }

            free = entry.Offset + entry.Length;
        }

        return entries;
    }

    private static End FindEnd(DataFile file)
    {
        int length = (int)Math.Min(file.Length, EndLength + ushort.MaxValue);
        long start = file.Length - length;
        byte[] tail = file.Read(start, length);
        for (int at = length - EndLength; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (UInt32(record) != EndSignature || EndLength + UInt16(record[20..]) != record.Length)
            {
                continue;
            }

            var end = new End(start + at, UInt32(record[16..]), UInt32(record[12..]), UInt16(record[10..]));
            bool zip64 = end.DirectoryOffset == uint.MaxValue || end.DirectoryLength == uint.MaxValue || end.Entries == ushort.MaxValue;
            return zip64 ? FindZip64End(file, end.Position - Zip64LocatorLength) : end;
        }

        throw Damaged(file, "its end is missing");
    }

    private static End FindZip64End(DataFile file, long locatorAt)
    {
        if (locatorAt < 0)
        {
            throw Damaged(file, "its zip64 locator is missing");
        }

        byte[] locator = file.Read(locatorAt, Zip64LocatorLength);
        long position = Int64(locator.AsSpan(8));
        if (UInt32(locator) != Zip64LocatorSignature || position < 0 || position > locatorAt - Zip64EndLength)
        {
            throw Damaged(file, "its zip64 locator is wrong");
        }

        byte[] record = file.Read(position, Zip64EndLength);
        if (UInt32(record) != Zip64EndSignature)
        {
            throw Damaged(file, "its zip64 end is missing");
        }

        return new End(position, Int64(record.AsSpan(48)), Int64(record.AsSpan(40)), Int64(record.AsSpan(32)));
    }

    private static List<Located> ReadDirectory(DataFile file, End end)
    {
        ReadOnlySpan<byte> directory = file.Read(end.DirectoryOffset, (int)end.DirectoryLength);
        var entries = new List<Located>();
        for (long i = 0; i < end.Entries; i++)
        {
            if (directory.Length < CentralLength || UInt32(directory) != CentralSignature)
            {
                throw Damaged(file, "its directory is cut short");
            }

            int nameLength = UInt16(directory[28..]), extraLength = UInt16(directory[30..]), commentLength = UInt16(directory[32..]);
            int length = CentralLength + nameLength + extraLength + commentLength;
            if (directory.Length < length)
            {
                throw Damaged(file, "its directory is cut short");
            }

            string name = Encoding.UTF8.GetString(directory.Slice(CentralLength, nameLength));
            entries.Add(ReadEntry(file, name, directory[..CentralLength], directory.Slice(CentralLength + nameLength, extraLength)));
            directory = directory[length..];
        }

        return entries;
    }

    private static Located ReadEntry(DataFile file, string name, ReadOnlySpan<byte> record, ReadOnlySpan<byte> extra)
    {
        const int encrypted = 1, stored = 0;
        if ((UInt16(record[8..]) & encrypted) != 0)
        {
            throw Damaged(file, $"its entry {Printable.Name(name)} is encrypted");
        }

        if (UInt16(record[10..]) != stored)
        {
            throw new CheckpointException(file.Path,
                $"entry {Printable.Name(name)} of the archive is compressed, which torch.save never does; zip it again without compression");
        }

        var zip64 = Zip64Extra(extra);
        long length = Widen(file, name, UInt32(record[24..]), ref zip64);
        long packed = Widen(file, name, UInt32(record[20..]), ref zip64);
        long header = Widen(file, name, UInt32(record[42..]), ref zip64);
        if (length != packed || length < 0 || header < 0)
        {
            throw Damaged(file, $"its entry {Printable.Name(name)} has inconsistent sizes");
        }

        return new Located(name, header, length);
    }

    /// <summary>The extra field with 64-bit values: one for each 32-bit value that is all ones, in the order of the record.</summary>
    private static ReadOnlySpan<byte> Zip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = UInt16(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (UInt16(extra) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static long Widen(DataFile file, string name, uint value, ref ReadOnlySpan<byte> zip64)
    {
        if (value != uint.MaxValue)
        {
            return value;
        }

        if (zip64.Length < sizeof(long))
        {
            throw Damaged(file, $"its entry {Printable.Name(name)} lacks its 64-bit sizes");
        }

        long wide = Int64(zip64);
        zip64 = zip64[sizeof(long)..];
        return wide;
    }

    private static ZipEntry Locate(DataFile file, Located located, long directoryOffset)
    {
        string name = Printable.Name(located.Name);
        if (located.Header > directoryOffset - LocalLength)
        {
            throw Damaged(file, $"its entry {name} lies outside of the file");
        }

        byte[] record = file.Read(located.Header, LocalLength);
        if (UInt32(record) != LocalSignature)
        {
            throw Damaged(file, $"its entry {name} has no header");
        }

        int nameLength = UInt16(record.AsSpan(26));
        long offset = located.Header + LocalLength + nameLength + UInt16(record.AsSpan(28));
        if (offset > directoryOffset || located.Length > directoryOffset - offset)
        {
            throw Damaged(file, $"its entry {name} lies outside of the file");
        }

        if (Encoding.UTF8.GetString(file.Read(located.Header + LocalLength, nameLength)) != located.Name)
        {
            throw Damaged(file, $"its entry {name} has another name in its own header");
        }

        return new ZipEntry(located.Name, offset, located.Length);
    }

    private static CheckpointException Damaged(DataFile file, string problem) =>
        new(file.Path, $"is no readable zip archive: {problem}; the file is truncated or damaged, download it again");

    private static ushort UInt16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long Int64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
