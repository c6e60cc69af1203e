using System.Runtime.Intrinsics;

namespace CommSharp.Imaging.Decoding;

/// <summary>Takes the decoder's four bytes a pixel to the three that are kept.</summary>
/// <param name="rgba">Red, green, blue, alpha; colours are not multiplied by alpha.</param>
/// <param name="rgb">Red, green, blue.</param>
internal delegate void PixelPacking(ReadOnlySpan<byte> rgba, Span<byte> rgb);

/// <summary>Pillow's ways from a file's colours to RGB.</summary>
internal static class PixelPackings
{
    private const int From = 4;
    private const int To = RgbImage.Channels;

    /// <summary>Alpha is dropped, so that a transparent pixel has the colour that the file gives it.</summary>
    internal static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0xff, 0xff, 0xff, 0xff);
        int from = 0, to = 0;
        for (; to + Vector128<byte>.Count <= rgb.Length; from += 4 * From, to += 4 * To)
        {
            Vector128.Shuffle(Vector128.Create(rgba.Slice(from, Vector128<byte>.Count)), order).CopyTo(rgb[to..]);
        }

        for (; to < rgb.Length; from += From, to += To)
        {
            rgba.Slice(from, To).CopyTo(rgb[to..]);
        }
    }

    /// <summary>Of 16-bit gray whose upper byte was decoded as gray and whose lower as alpha: what exceeds 255 becomes 255.</summary>
    internal static void ClipGray16(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += From, to += To)
        {
            rgb.Slice(to, To).Fill(rgba[from] > 0 ? byte.MaxValue : rgba[from + 3]);
        }
    }

    /// <summary>Alpha is dropped, but where nothing was drawn there is one colour.</summary>
    internal static PixelPacking On(RgbColor ground) => (rgba, rgb) =>
    {
        DropAlpha(rgba, rgb);
        for (int from = 0, to = 0; to < rgb.Length; from += From, to += To)
        {
            if (rgba[from + 3] == 0)
            {
                (rgb[to], rgb[to + 1], rgb[to + 2]) = ground;
            }
        }
    };
}
