using System.Buffers.Binary;

namespace CommSharp.Imaging.Decoding;

/// <summary>What Skia leaves out of a PNG: its EXIF orientation, and the low bytes of 16-bit gray.</summary>
internal static class PngHeader
{
    private const int SignatureBytes = 8;
    private const int ChunkOverhead = 12; // length, type, checksum
    private const int HeaderBytes = 13;
    private const int DepthAt = 8;
    private const int ColorAt = 9;

    internal static EncodedImage Prepare(string name, byte[] bytes)
    {
        var image = new EncodedImage(name, "PNG", bytes);
        long position = SignatureBytes;
        while (position + ChunkOverhead <= bytes.Length)
        {
            ReadOnlySpan<byte> chunk = bytes.AsSpan((int)position);
            long end = position + ChunkOverhead + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (end > bytes.Length)
            {
                return image with { MissingBytes = end - bytes.Length };
            }

            Span<byte> body = bytes.AsSpan((int)position + 8, (int)(end - position) - ChunkOverhead);
            ReadOnlySpan<byte> type = chunk.Slice(4, 4);
            if (type.SequenceEqual("IHDR"u8) && body.Length == HeaderBytes && body[DepthAt] == 16 && body[ColorAt] == 0)
            {
                DeclareGrayAndAlpha(bytes.AsSpan((int)position + 4, 4 + HeaderBytes + 4));
                image = image with { Pack = PixelPackings.ClipGray16 };
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                image = image with { Origin = ExifOrientation.Read(body) };
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return image;
            }

            position = end;
        }

        return image with { MissingBytes = position + ChunkOverhead - bytes.Length };
    }

    /// <summary>
    /// One 16-bit gray pixel takes the same two bytes as 8 bits of gray and 8 of alpha, and is filtered and interlaced alike. Declared as those,
    /// Skia hands out both bytes; declared as 16-bit gray, only the upper one.
    /// </summary>
    /// <param name="header">The chunk's type, body and checksum.</param>
    private static void DeclareGrayAndAlpha(Span<byte> header)
    {
        header[4 + DepthAt] = 8;
        header[4 + ColorAt] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(header[^4..], Checksum(header[..^4]));
    }

    /// <summary>CRC-32 as PNG's appendix D has it.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint rest = uint.MaxValue;
        foreach (byte value in bytes)
        {
            rest ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                rest = (rest >> 1) ^ ((rest & 1) * 0xedb88320);
            }
        }

        return ~rest;
    }
}
