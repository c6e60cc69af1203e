using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Imaging;
using CommSharp.Imaging.Decoding;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Imaging;

/// <summary>The pictures that transformers 4.48.3 and Pillow 9.4 prepared, and a comparison of ours with every number kept of them.</summary>
internal sealed class PreprocessReference : IDisposable
{
    internal const string ExifSuffix = "@exif";

    private static readonly (string Name, PixelNormalization Normalization)[] Pipelines =
    [
        ("clip336", PixelNormalization.Clip),
        ("llava336", PixelNormalization.Clip),
        ("square336", PixelNormalization.Clip),
        ("dinov2", PixelNormalization.ImageNet),
    ];

    private readonly string _folder = SharedFolder.Require("parity", "preprocess");
    private readonly ITensorSource _expected;

    internal PreprocessReference() => _expected = Checkpoint.Open(Path.Combine(_folder, "expected.safetensors"));

    internal IReadOnlyCollection<string> Names => _expected.Names;

    /// <summary>Every picture, and once more the one with an orientation.</summary>
    internal IEnumerable<string> Pictures()
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "images.json")));
        foreach (JsonProperty picture in list.RootElement.EnumerateObject())
        {
            yield return picture.Name;
            if (picture.Value.GetProperty("exif_orientation").ValueKind == JsonValueKind.Number)
            {
                yield return picture.Name + ExifSuffix;
            }
        }
    }

    /// <summary>A picture as its own decoder gives it.</summary>
    internal RgbImage Decode(string picture) => ImageDecoder.Read(
        Path.Combine(_folder, "images", picture.Replace(ExifSuffix, "", StringComparison.Ordinal)),
        new ImageDecodingOptions { ApplyOrientation = picture.EndsWith(ExifSuffix, StringComparison.Ordinal) });

    /// <summary>A picture with exactly Pillow's pixels: a JPEG as Pillow decoded it.</summary>
    internal RgbImage Exact(string picture)
    {
        string file = picture.Replace(ExifSuffix, "", StringComparison.Ordinal);
        if (!file.EndsWith(".jpg", StringComparison.Ordinal))
        {
            return Decode(picture);
        }

        RgbImage stored = ImageDecoder.Read(Path.Combine(_folder, "images", Path.ChangeExtension(file, ".decoded.png")));
        return picture == file ? stored : Orientation.Apply(stored, SKEncodedOrigin.RightTop);
    }

    /// <summary>Compares everything that is kept of a picture.</summary>
    /// <param name="picture">Its name.</param>
    /// <param name="image">Ours.</param>
    /// <param name="exact">Whether every pixel has to be right; otherwise mean and samples may differ as between two decoders of JPEG.</param>
    /// <returns>The names of the tensors compared.</returns>
    internal HashSet<string> Compare(string picture, RgbImage image, bool exact = true)
    {
        using DisposeScope scope = NewDisposeScope();
        HashSet<string> compared = [];
        CompareDecoded(picture, image, exact, compared);
        foreach ((string pipeline, PixelNormalization normalization) in Pipelines)
        {
            string prefix = $"{picture}.{pipeline}.";
            var preprocessing = ImagePreprocessing.ReadHuggingFace(Path.Combine(_folder, $"preprocessor_config.{pipeline}.json"));
            PreparedImage prepared = (pipeline == "llava336" ? preprocessing with { Fit = ImageFit.Pad } : preprocessing).Apply(image);
            int size = prepared.Pixels.Width;
            Tensor values = normalization.Apply(prepared.Pixels.ToTensor())[0]; // [3, H, W]
            Tensor grid = Read($"grid_{size}", compared);
            Near(prefix + "grid", values.index_select(1, grid).index_select(2, grid), exact ? 1e-4 : 0.1, compared);
            Near(prefix + "mean", values.mean([1, 2]), exact ? 1e-4 : 0.01, compared);
            Near(prefix + "std", values.std([1, 2], unbiased: false), exact ? 1e-4 : 0.01, compared);
            if (!exact)
            {
                continue;
            }

            Tensor levels = Levels(prepared.Pixels);
            Near(prefix + "sum_u8", levels.sum([1, 2]), 0, compared);
            IfKept(prefix + "u8", levels, 0, compared);
            IfKept(prefix + "pixel_values", values, 1e-4, compared);
        }

        return compared;
    }

    public void Dispose() => _expected.Dispose();

    private void CompareDecoded(string picture, RgbImage image, bool exact, HashSet<string> compared)
    {
        Near($"{picture}.rgb.size_wh", tensor(new long[] { image.Width, image.Height }), 0, compared);
        Tensor levels = Levels(image);
        Tensor grid = levels.index_select(1, Samples(image.Height)).index_select(2, Samples(image.Width));
        Near($"{picture}.rgb.grid_u8", grid, exact ? 0 : 3, compared);
        Near($"{picture}.rgb.sum_u8", levels.sum([1, 2]), exact ? 0 : image.Width * image.Height * 0.5, compared);
    }

    private void IfKept(string name, Tensor actual, double tolerance, HashSet<string> compared)
    {
        if (_expected.Names.Contains(name))
        {
            Near(name, actual, tolerance, compared);
        }
    }

    private void Near(string name, Tensor actual, double tolerance, HashSet<string> compared)
    {
        Tensor expected = Read(name, compared);
        Assert.Equal(expected.shape, actual.shape);
        double difference = (expected.to(float64) - actual.to(float64)).abs().max().item<double>();
        Assert.True(difference <= tolerance, $"{name} differs by {difference}, more than {tolerance}.");
    }

    private Tensor Read(string name, HashSet<string> compared)
    {
        compared.Add(name);
        return _expected.Read(name);
    }

    // [3, H, W]
    private static Tensor Levels(RgbImage image) =>
        tensor(image.Pixels.ToArray().Select(level => (long)level).ToArray(), [image.Height, image.Width, 3]).permute(2, 0, 1);

    /// <summary>Sixteen rows or columns from the first to the last.</summary>
    private static Tensor Samples(int size) => tensor(Enumerable.Range(0, 16).Select(i => (long)Math.Round(i * (size - 1) / 15.0)).ToArray());
}
