using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Bench;

/// <summary>CLIP ViT-L/14 at 336 pixels, float32, one picture, against the rate of its own matrix products alone.</summary>
internal static class TowerBench
{
    private const int Rounds = 5;
    private const int ProductsPerRound = 12;

    public static BenchMeasurement Run(CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        VisionTransformerConfig config = Presets.Load("comm-7b").Vision.Branches[0].Architecture;
        using var tower = new VisionTransformer(config, TensorOptions.Default);
        using var generator = new Generator(1);
        FreshWeights.Draw(tower, generator);
        Tensor pixels = randn(1, 3, config.ImageSize, config.ImageSize);
        long tokens = config.PrefixTokens + config.NativeGrid.Count;
        Tensor narrow = randn(tokens, config.Width), up = randn(config.HiddenWidth, config.Width);

        (double towerTime, double productTime) = Stopwatches.Alternate(Rounds, () => tower.call(pixels).Dispose(), Multiply, cancellationToken);
        double towerRate = Operations(config, tokens) / towerTime / 1e6;
        double productRate = ProductsPerRound * 2.0 * tokens * config.Width * config.HiddenWidth / productTime / 1e6;
        return new BenchMeasurement("CLIP ViT-L/14, 336 px, float32, 1 picture", towerTime, towerRate, "GFLOP/s", "matrix products alone", productRate);

        void Multiply()
        {
            for (int i = 0; i < ProductsPerRound; i++)
            {
                nn.functional.linear(narrow, up).Dispose();
            }
        }
    }

    /// <summary>Multiplications and additions of one picture: the products of every block, attention included, and of the patches.</summary>
    private static double Operations(VisionTransformerConfig config, long tokens)
    {
        double width = config.Width;
        double perToken = 2 * ((4 * width * width) + (2 * width * config.HiddenWidth));
        double attention = 4.0 * tokens * tokens * width;
        double patches = 2.0 * config.NativeGrid.Count * 3 * config.PatchSize * config.PatchSize * width;
        return (config.Depth * ((tokens * perToken) + attention)) + patches;
    }
}
