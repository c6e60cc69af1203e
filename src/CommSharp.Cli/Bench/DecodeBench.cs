using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Bench;

/// <summary>One decoded token of four blocks of Vicuna-7B's size in bfloat16, against reading memory alone.</summary>
internal static class DecodeBench
{
    private const int Rounds = 9;
    private const int Blocks = 4;
    private const int PastTokens = 640;

    public static BenchMeasurement Run(CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = inference_mode();
        LlamaConfig config = Presets.Load("comm-7b").Language.Architecture with { Depth = Blocks, VocabularySize = 32 };
        var options = new TensorOptions(ScalarType.BFloat16, CPU);
        using var model = new LlamaModel(config, options);
        using var generator = new Generator(1);
        FreshWeights.Draw(model, generator);
        using var cache = new KvCache(config, PastTokens + 1);
        model.Decode(randn(1, PastTokens, config.Width), cache: cache).Dispose();
        Tensor next = randn(1, 1, config.Width);
        double bytes = model.parameters().Sum(parameter => parameter.numel() * parameter.element_size()) + cache.Bytes;
        float[] memory = new float[(int)(bytes / sizeof(float))];
        Array.Fill(memory, 1f);

        (double tokenTime, double readTime) = Stopwatches.Alternate(Rounds, Decode, () => MemoryRead.Sum(memory), cancellationToken);
        return new BenchMeasurement(
            $"Vicuna-7B, {Blocks} of 32 blocks, bfloat16, 1 token after {PastTokens}", tokenTime, bytes / tokenTime / 1e6, "GB/s", "reading memory alone", bytes / readTime / 1e6);

        void Decode()
        {
            model.Decode(next, cache: cache).Dispose();
            cache.Truncate(PastTokens);
        }
    }
}
