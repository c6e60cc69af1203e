namespace CommSharp.Imaging.Decoding;

/// <summary>What stands before a GIF's first frame.</summary>
internal static class GifHeader
{
    private const int ScreenBytes = 13;
    private const int DescriptorBytes = 10;
    private const byte Extension = 0x21;
    private const byte GraphicControl = 0xf9;
    private const byte ImageDescriptor = 0x2c;
    private const byte HasTable = 0x80;
    private const byte HasTransparency = 1;

    /// <summary>
    /// Skia gives transparent pixels no colour, where Pillow looks it up in the palette: so the copy here says that there are none. Around a frame
    /// smaller than the picture Pillow puts the transparent colour, or the palette's first.
    /// </summary>
    internal static EncodedImage Prepare(string name, byte[] bytes)
    {
        var image = new EncodedImage(name, "GIF", bytes);
        if (bytes.Length < ScreenBytes)
        {
            return image;
        }

        int table = ScreenBytes;
        int position = ScreenBytes + TableBytes(bytes[10]);
        int ground = 0;
        while (position + DescriptorBytes <= bytes.Length && bytes[position] == Extension)
        {
            if (bytes[position + 1] == GraphicControl && (bytes[position + 3] & HasTransparency) != 0)
            {
                bytes[position + 3] &= byte.MaxValue ^ HasTransparency;
                ground = bytes[position + 6];
            }

            position = AfterBlocks(bytes, position + 2);
        }

        if (position + DescriptorBytes > bytes.Length || bytes[position] != ImageDescriptor)
        {
            return image;
        }

        bool ownTable = TableBytes(bytes[position + 9]) > 0;
        int colors = ownTable ? TableBytes(bytes[position + 9]) : TableBytes(bytes[10]);
        int color = (ownTable ? position + DescriptorBytes : table) + (ground * RgbImage.Channels);
        return (ground + 1) * RgbImage.Channels <= colors && color + RgbImage.Channels <= bytes.Length
            ? image with { Pack = PixelPackings.On(new RgbColor(bytes[color], bytes[color + 1], bytes[color + 2])) }
            : image;
    }

    private static int TableBytes(byte flags) => (flags & HasTable) != 0 ? RgbImage.Channels << ((flags & 7) + 1) : 0;

    private static int AfterBlocks(ReadOnlySpan<byte> bytes, int position)
    {
        while (position < bytes.Length && bytes[position] != 0)
        {
            position += 1 + bytes[position];
        }

        return position + 1;
    }
}
