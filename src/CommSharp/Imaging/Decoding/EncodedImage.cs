using SkiaSharp;

namespace CommSharp.Imaging.Decoding;

/// <summary>
/// An encoded picture, ready for Skia. Where Skia alone would not give Pillow's pixels, a few bytes of the header say something else than the file
/// did, and the packing undoes it.
/// </summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Format">JPEG, PNG, WebP, BMP or GIF.</param>
/// <param name="Bytes">The bytes to decode.</param>
internal sealed record EncodedImage(string Name, string Format, byte[] Bytes)
{
    private const string Supported = "JPEG, PNG, WebP, BMP and GIF";

    /// <summary>How decoded pixels become RGB.</summary>
    internal PixelPacking Pack { get; init; } = PixelPackings.DropAlpha;

    /// <summary>The orientation, where Skia does not read it.</summary>
    internal SKEncodedOrigin? Origin { get; init; }

    /// <summary>How many bytes the file says that it has beyond its end; 0 when none, or when it does not say.</summary>
    internal long MissingBytes { get; init; }

    /// <summary>Tells the format by the first bytes; a file's name says nothing.</summary>
    /// <exception cref="ImageException">None that is supported.</exception>
    internal static EncodedImage Recognise(ReadOnlySpan<byte> bytes, string name) => bytes switch
    {
        [] => throw new ImageException(name, $"is empty; supported pictures are {Supported}."),
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => PngHeader.Prepare(name, bytes.ToArray()),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => GifHeader.Prepare(name, bytes.ToArray()),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, .. var rest] when rest.StartsWith("WEBP"u8) => WebP(name, bytes.ToArray()),
        [0xff, 0xd8, 0xff, ..] => new EncodedImage(name, "JPEG", bytes.ToArray()),
        [(byte)'B', (byte)'M', ..] => new EncodedImage(name, "BMP", bytes.ToArray()),
        _ => throw new ImageException(
            name,
            $"is not a picture that can be read: it begins with {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])}; supported pictures are {Supported}."),
    };

    /// <summary>The error for a file that ends too early.</summary>
    /// <param name="where">Where it ends, if known.</param>
    internal ImageException Truncated(string? where = null)
    {
        string missing = MissingBytes > 0 ? $"at least {MissingBytes} bytes are missing" : "its end is missing";
        return new ImageException(Name, $"is a truncated {Format}: {where ?? missing}; get it again.");
    }

    /// <summary>The error for a file whose content makes no sense.</summary>
    internal ImageException Damaged(string how) => MissingBytes > 0
        ? Truncated()
        : new ImageException(Name, $"is a damaged or truncated {Format}: {how}; get it again.");

    private static EncodedImage WebP(string name, byte[] bytes) => new(name, "WebP", bytes)
    {
        MissingBytes = Math.Max(0, 8L + BitConverter.ToUInt32(bytes, 4) - bytes.Length),
    };
}
