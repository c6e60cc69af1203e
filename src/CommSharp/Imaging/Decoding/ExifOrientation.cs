using System.Buffers.Binary;
using SkiaSharp;

namespace CommSharp.Imaging.Decoding;

/// <summary>Finds the orientation in EXIF data, which are laid out like a TIFF file.</summary>
internal static class ExifOrientation
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>Reads it; data that make no sense mean what no data mean, as everywhere else.</summary>
    /// <param name="tiff">From the mark of the byte order on.</param>
    internal static SKEncodedOrigin Read(ReadOnlySpan<byte> tiff)
    {
        bool littleEndian = tiff is [(byte)'I', (byte)'I', ..];
        if (tiff.Length < 8 || !(littleEndian || tiff is [(byte)'M', (byte)'M', ..]))
        {
            return SKEncodedOrigin.TopLeft;
        }

        long directory = littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory + 2 > tiff.Length)
        {
            return SKEncodedOrigin.TopLeft;
        }

        ReadOnlySpan<byte> entries = tiff[(int)directory..];
        int count = Math.Min((int)Short(entries, littleEndian), (entries.Length - 2) / EntryBytes);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(2 + (i * EntryBytes), EntryBytes);
            if (Short(entry, littleEndian) == OrientationTag && Short(entry[2..], littleEndian) == ShortType)
            {
                var origin = (SKEncodedOrigin)Short(entry[8..], littleEndian);
                return Enum.IsDefined(origin) ? origin : SKEncodedOrigin.TopLeft;
            }
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
