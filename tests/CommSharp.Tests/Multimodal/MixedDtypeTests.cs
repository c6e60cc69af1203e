using CommSharp.Fusion;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

/// <summary>What weights are held in and what activations are computed in, apart and mixed, forward and backward.</summary>
public sealed class MixedDtypeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ScalarType, ScalarType, ScalarType, ScalarType> Mixtures { get; } = new()
    {
        // towers, fusion, language; compute
        { ScalarType.Float32, ScalarType.Float32, ScalarType.Float32, ScalarType.BFloat16 },
        { ScalarType.BFloat16, ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float32 },
        { ScalarType.BFloat16, ScalarType.Float32, ScalarType.BFloat16, ScalarType.BFloat16 },
        { ScalarType.BFloat16, ScalarType.BFloat16, ScalarType.BFloat16, ScalarType.BFloat16 },
        { ScalarType.BFloat16, ScalarType.BFloat16, ScalarType.BFloat16, ScalarType.Float32 },
        { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float32, ScalarType.BFloat16 },
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Parts_held_differently_compute_alike_and_get_gradients_in_what_they_are_held_in(
        ScalarType towers, ScalarType fusion, ScalarType language, ScalarType compute)
    {
        foreach (MultimodalConfig config in new[] { TinyConfigs.Comm, Convolutional })
        {
            using MultimodalModel reference = TinyConfigs.Drawn(new MultimodalModel(config, TensorOptions.Default));
            using MultimodalModel model = Copy(reference, new MultimodalModel(config, Held(towers, fusion, language).ComputingIn(compute)));
            Tensor pixels = Normal(1, 3, 28, 28).sigmoid();
            using ImageBatch images = config == TinyConfigs.Comm ? new(pixels) : new(pixels, Normal(1, 3, 14, 14).sigmoid());
            Tensor expected = Hidden(reference, images), hidden = Hidden(model, images);
            Assert.Equal(compute, hidden.dtype);
            Assert.True((hidden.to(ScalarType.Float32) - expected).abs().mean().item<float>() < 0.1);

            Tensor loss = model.AnswerLoss(images, Ids, Ids);
            Assert.Equal(ScalarType.Float32, loss.dtype);
            loss.backward();
            foreach ((string name, var parameter) in model.named_parameters())
            {
                Assert.True(parameter.grad is not null, $"{name} has no gradient");
                Assert.Equal(parameter.dtype, parameter.grad.dtype);
                Assert.True(parameter.grad.isfinite().all().item<bool>(), $"{name} has a bad gradient");
                ScalarType vision = name.Contains(".tower.", StringComparison.Ordinal) ? towers : fusion;
                Assert.Equal(name.StartsWith("language", StringComparison.Ordinal) ? language : vision, parameter.dtype);
            }
        }
    }

    [Fact]
    public void Only_a_stated_element_type_overrides_the_rule_of_the_processor()
    {
        Assert.Equal(ScalarType.Float32, new TensorOptions(ScalarType.BFloat16, CPU).ComputeDtype);
        Assert.Equal(ScalarType.BFloat16, new TensorOptions(ScalarType.BFloat16, CPU) { Compute = ScalarType.BFloat16 }.ComputeDtype);
        Assert.Equal(ScalarType.BFloat16, new TensorOptions(ScalarType.Float32, CPU) { Compute = ScalarType.BFloat16 }.ComputeDtype);
        Assert.Equal(ScalarType.Float32, TensorOptions.Default.ComputeDtype);
    }

    [Fact]
    public void A_step_on_float32_weights_survives_that_bfloat16_could_not_show()
    {
        PartOptions options = PartOptions.Alike(TensorOptions.Default).ComputingIn(ScalarType.BFloat16);
        using MultimodalModel model = TinyConfigs.Drawn(new MultimodalModel(TinyConfigs.Comm, options));
        using var optimizer = optim.SGD(model.parameters(), 1e-5);
        Tensor before = model.Language.parameters().First().clone();
        model.AnswerLoss(null, Words, Words).backward();
        optimizer.step();
        TensorAssert.Differ(before, model.Language.parameters().First());
    }

    [Fact]
    public void Statistics_held_in_bfloat16_follow_the_batches()
    {
        var wide = TinyConfigs.Drawn(new ConvolutionNorm(8, 1e-5, TensorOptions.Default));
        ConvolutionNorm norm = Copy(wide, new ConvolutionNorm(8, 1e-5, new TensorOptions(ScalarType.BFloat16, CPU)));
        Tensor features = Normal(2, 16, 8) + 3;
        norm.call(features);
        wide.call(features);
        foreach ((string name, Tensor buffer) in norm.named_buffers())
        {
            Assert.Equal(ScalarType.BFloat16, buffer.dtype);
            TensorAssert.Close(wide.named_buffers().Single(other => other.name == name).buffer, buffer, 0.05);
            TensorAssert.Differ(buffer, name.Contains("ean", StringComparison.Ordinal) ? zeros_like(buffer) : ones_like(buffer), 0.01);
        }
    }

    [Fact]
    public void A_folder_is_loaded_with_its_parts_held_differently()
    {
        using var folder = new TemporaryFolder();
        var opened = (MultimodalFolder)ModelFolder.Open(TinyModels.CommSharp(folder["model"]));
        (MultimodalModel model, _) = opened.Load(Held(ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float16));
        using (model)
        {
            Assert.All(model.Vision.Branches[0].Tower.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
            Assert.All(model.Vision.Branches[0].Merge.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
            Assert.All(model.Vision.Projector.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
            Assert.All(model.Language.parameters(), parameter => Assert.Equal(ScalarType.Float16, parameter.dtype));
        }
    }

    private static Tensor Ids => tensor((long[])[1, 97, .. Enumerable.Repeat(96L, 16), 98, 5, 6, 7]).unsqueeze(0);

    private static Tensor Words => tensor(new long[] { 1, 5, 6, 7 }).unsqueeze(0);

    /// <summary>Batch norms after convolutions, a softmax over scales, and a grid that is resampled.</summary>
    private static MultimodalConfig Convolutional
    {
        get
        {
            VisionStackConfig vision = TinyConfigs.Comm.Vision;
            var merge = new LayerscaleMerge { Transform = LayerTransform.Convolution, Normalization = ScaleNormalization.Softmax };
            return TinyConfigs.Comm with
            {
                Vision = vision with
                {
                    Branches = [vision.Branches[0] with { Merge = merge }, vision.Branches[1] with { Merge = merge, ImageSize = 14 }],
                    OnGridMismatch = GridMismatch.ResampleToFirst,
                },
            };
        }
    }

    private static PartOptions Held(ScalarType towers, ScalarType fusion, ScalarType language) =>
        new(new TensorOptions(towers, CPU), new TensorOptions(fusion, CPU), new TensorOptions(language, CPU));

    private static Tensor Hidden(MultimodalModel model, ImageBatch images) => model.Language.Decode(model.Embed(Ids, model.Vision.call(images)));

    private static Tensor Normal(params long[] shape)
    {
        using var generator = new Generator(3);
        return randn(shape, generator: generator);
    }

    /// <summary>Gives a module another's weights, and makes all of them trainable.</summary>
    private static T Copy<T>(T from, T to)
        where T : nn.Module
    {
        using (no_grad())
        {
            Dictionary<string, Tensor> sources = from.state_dict();
            foreach ((string name, Tensor target) in to.state_dict())
            {
                target.copy_(sources[name]);
            }
        }

        foreach (var parameter in to.parameters())
        {
            parameter.requires_grad = true;
        }

        return to;
    }
}
