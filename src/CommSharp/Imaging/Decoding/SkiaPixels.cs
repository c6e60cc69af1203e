using System.Runtime.InteropServices;
using SkiaSharp;

namespace CommSharp.Imaging.Decoding;

/// <summary>
/// Has Skia decode a picture to the file's own numbers: no colour space is asked for, so none is converted to, and colours are not multiplied by
/// alpha.
/// </summary>
internal static class SkiaPixels
{
    /// <summary>The most pixels whose three bytes fit in one array.</summary>
    internal const long MostPixels = 700_000_000;

    private const int BandBytes = 256 << 10; // stays in the cache between decoding and packing

    internal static RgbImage Read(SKCodec codec, EncodedImage image)
    {
        SKAlphaType alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, alpha, null);
        byte[] rgb = GC.AllocateUninitializedArray<byte>(info.Width * info.Height * RgbImage.Channels);
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && codec.StartScanlineDecode(info) == SKCodecResult.Success)
        {
            ReadBands(codec, info, image, rgb);
        }
        else
        {
            ReadWhole(codec, info, image, rgb);
        }

        return new RgbImage(info.Width, info.Height, rgb);
    }

    private static unsafe void ReadBands(SKCodec codec, SKImageInfo info, EncodedImage image, Span<byte> rgb)
    {
        int band = Math.Clamp(BandBytes / info.RowBytes, 1, info.Height);
        byte[] rgba = new byte[band * info.RowBytes];
        int rowBytes = info.Width * RgbImage.Channels;
        for (int row = 0; row < info.Height; row += band)
        {
            int wanted = Math.Min(band, info.Height - row);
            int read;
            fixed (byte* address = rgba)
            {
                read = codec.GetScanlines((nint)address, wanted, info.RowBytes);
            }

            if (read < wanted)
            {
                throw image.Truncated(row + read > 0 ? $"it ends after row {row + read} of {info.Height}" : null);
            }

            image.Pack(rgba.AsSpan(0, wanted * info.RowBytes), rgb.Slice(row * rowBytes, wanted * rowBytes));
        }
    }

    private static unsafe void ReadWhole(SKCodec codec, SKImageInfo info, EncodedImage image, byte[] rgb)
    {
        byte* rgba = (byte*)NativeMemory.AllocZeroed((nuint)info.BytesSize64);
        try
        {
            switch (codec.GetPixels(info, (nint)rgba, info.RowBytes, SKCodecOptions.Default))
            {
                case SKCodecResult.Success:
                    break;
                case SKCodecResult.IncompleteInput:
                    throw image.Truncated();
                case var result:
                    throw image.Damaged($"its pixels cannot be decoded ({result})");
            }

            int rowBytes = info.Width * RgbImage.Channels;
            for (int row = 0; row < info.Height; row++)
            {
                image.Pack(new ReadOnlySpan<byte>(rgba + ((long)row * info.RowBytes), info.RowBytes), rgb.AsSpan(row * rowBytes, rowBytes));
            }
        }
        finally
        {
            NativeMemory.Free(rgba);
        }
    }
}
