using CommSharp.Imaging;
using SkiaSharp;

namespace CommSharp.Cli.Bench;

/// <summary>A picture to the model's 336 x 336 pixels, against decoding it alone.</summary>
/// <param name="File">The picture; a made JPEG of 12 megapixels when null.</param>
/// <param name="Fit">What happens to its proportions.</param>
/// <param name="Output">The PNG file that the prepared pixels are written to; none when null.</param>
internal sealed record PictureBench(string? File, ImageFit Fit, string? Output)
{
    private const int Rounds = 9;
    private const int Width = 4000;
    private const int Height = 3000;

    /// <summary>Measures; the file is read before, and the pixels are written after.</summary>
    /// <param name="cancellationToken">Looked at between rounds.</param>
    /// <exception cref="CommSharpException">The picture cannot be read, or the pixels cannot be written.</exception>
    public BenchMeasurement Run(CancellationToken cancellationToken)
    {
        (byte[] encoded, string name, double megapixels) = Picture();
        var preprocessing = new ImagePreprocessing { Fit = Fit };
        PreparedImage Prepare() => preprocessing.Apply(ImageDecoder.Decode(encoded, name));
        (double whole, double decode) = Stopwatches.Alternate(
            Rounds, () => Prepare(), () => ImageDecoder.Decode(encoded, name), cancellationToken);
        if (Output is not null)
        {
            PngFile.Write(Output, Prepare().Pixels);
        }

        return new BenchMeasurement($"{name} to {preprocessing.Size} px", whole, megapixels / whole * 1000, "Mpixel/s", "decoding it alone", megapixels / decode * 1000);
    }

    private (byte[] Encoded, string Name, double Megapixels) Picture()
    {
        if (File is null)
        {
            const double Megapixels = Width * Height / 1e6;
            return (Photograph(), $"{Megapixels:0}-megapixel JPEG", Megapixels);
        }

        PictureSize size = ImageDecoder.Measure(File); // refuses, as every verb does, what is no picture
        return (System.IO.File.ReadAllBytes(File), File, (double)size.Width * size.Height / 1e6);
    }

    /// <summary>Smooth colours with grain, which compress about as a photograph does.</summary>
    private static byte[] Photograph()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        var random = new Random(1);
        for (int i = 0; i < pixels.Length; i += 4)
        {
            int x = i / 4 % Width, y = i / 4 / Width, grain = random.Next(24);
            pixels[i] = (byte)((x * 200 / Width) + grain);
            pixels[i + 1] = (byte)((y * 200 / Height) + grain);
            pixels[i + 2] = (byte)(((x + y) * 200 / (Width + Height)) + grain);
            pixels[i + 3] = 255;
        }

        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }
}
