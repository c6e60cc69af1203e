using CommSharp.Fusion;
using CommSharp.Language;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Vision;
using static TorchSharp.torch;

namespace CommSharp.Testing;

/// <summary>Architectures small enough for a test to run thousands of passes through, and random models of them.</summary>
public static class TinyConfigs
{
    /// <summary>A CLIP tower: 4 blocks, 16 patches of 28 pixels.</summary>
    public static VisionTransformerConfig Clip { get; } = new()
    {
        ImageSize = 28,
        PatchSize = 7,
        Width = 24,
        Depth = 4,
        Heads = 3,
        HiddenWidth = 48,
        Activation = ActivationKind.QuickGelu,
        NormEpsilon = 1e-5,
        PatchBias = false,
        StemNorm = true,
    };

    /// <summary>A DINOv2 tower trained on 25 patches, so that positions are resampled to 16.</summary>
    public static VisionTransformerConfig DinoV2 { get; } = new()
    {
        ImageSize = 35,
        PatchSize = 7,
        Width = 32,
        Depth = 4,
        Heads = 4,
        HiddenWidth = 64,
        LayerScale = true,
    };

    /// <summary>A decoder with grouped key/value heads.</summary>
    public static LlamaConfig Llama { get; } = new()
    {
        VocabularySize = 99,
        Width = 32,
        HiddenWidth = 80,
        Depth = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadWidth = 8,
        ContextLength = 256,
    };

    /// <summary>COMM: all of CLIP, the two deepest blocks of DINOv2, two MLP blocks after it.</summary>
    public static MultimodalConfig Comm { get; } = new()
    {
        Name = "tiny-comm",
        Vision = new VisionStackConfig
        {
            Branches =
            [
                new VisionBranchConfig
                {
                    Encoder = "vision/1-clip",
                    Family = "clip",
                    Architecture = Clip,
                    Layers = LayerSelection.All,
                    Merge = new LayerscaleMerge { Transform = LayerTransform.NormLinear },
                },
                new VisionBranchConfig
                {
                    Encoder = "vision/2-dinov2",
                    Family = "dinov2",
                    Architecture = DinoV2,
                    ImageSize = 28,
                    Layers = LayerSelection.Last(2),
                    Merge = new LayerscaleMerge { Transform = LayerTransform.NormLinear },
                    Projection = new MlpProjection { Blocks = 2 },
                },
            ],
            Projector = new LinearProjection(),
        },
        Language = new LanguageModelConfig { Weights = "language", Architecture = Llama },
        ImageTokens = new ImageTokens { Placeholder = 96, Begin = 97, End = 98 },
    };

    /// <summary>Draws a module's weights from a seed, larger than training would start with, so that differences show.</summary>
    public static T Drawn<T>(T module, ulong seed = 1)
        where T : nn.Module
    {
        using var generator = new Generator(seed);
        FreshWeights.Draw(module, generator);
        using var frozen = no_grad();
        foreach ((string name, var parameter) in module.named_parameters())
        {
            if (parameter.dim() < 2)
            {
                using Tensor noise = randn(parameter.shape, parameter.dtype, generator: generator);
                parameter.add_(noise, 0.1);
            }
        }

        return module;
    }
}
