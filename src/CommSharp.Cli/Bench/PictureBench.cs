using CommSharp.Imaging;
using SkiaSharp;

namespace CommSharp.Cli.Bench;

/// <summary>A 12-megapixel JPEG to the model's 336 x 336 pixels, against decoding it alone.</summary>
internal static class PictureBench
{
    private const int Rounds = 9;
    private const int Width = 4000;
    private const int Height = 3000;

    public static BenchMeasurement Run(CancellationToken cancellationToken)
    {
        byte[] jpeg = Photograph();
        var preprocessing = new ImagePreprocessing();
        (double whole, double decode) = Stopwatches.Alternate(
            Rounds, () => preprocessing.Apply(ImageDecoder.Decode(jpeg)), () => ImageDecoder.Decode(jpeg), cancellationToken);
        const double Megapixels = Width * Height / 1e6;
        return new BenchMeasurement(
            $"{Megapixels:0}-megapixel JPEG to {preprocessing.Size} px", whole, Megapixels / whole * 1000, "Mpixel/s", "decoding it alone", Megapixels / decode * 1000);
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
