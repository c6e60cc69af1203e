using CommSharp.Imaging;

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
            return (MadePhotograph.Jpeg(Width, Height, seed: 1), $"{Megapixels:0}-megapixel JPEG", Megapixels);
        }

        PictureSize size = ImageDecoder.Measure(File); // refuses, as every verb does, what is no picture
        return (System.IO.File.ReadAllBytes(File), File, (double)size.Width * size.Height / 1e6);
    }
}
