using CommSharp.Fusion;
using CommSharp.Imaging;
using CommSharp.Layers;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Fusion;

public sealed class VisionStackTests : IDisposable
{
    private const int LanguageWidth = 20;

    private static readonly Gen<MergeConfig> Merges = Gen.OneOf(
        Gen.Const<MergeConfig>(new MeanMerge()),
        Gen.Const<MergeConfig>(new ConcatMerge()),
        Gen.Select(Gen.Enum<LayerTransform>(), Gen.Enum<ScaleNormalization>(), Gen.Bool, (transform, normalization, shared) =>
            (MergeConfig)new LayerscaleMerge { Transform = transform, Normalization = normalization, SharedTransform = shared }));

    private static readonly Gen<ProjectionConfig> Projections = Gen.OneOf(
        Gen.Const<ProjectionConfig>(new IdentityProjection()),
        Gen.Const<ProjectionConfig>(new LinearProjection()),
        Gen.Select(Gen.Int[1, 3], Gen.Double[0.5, 3], (blocks, ratio) => (ProjectionConfig)new MlpProjection { Blocks = blocks, Ratio = ratio }));

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Backward_reaches_every_parameter_of_every_combination_but_the_towers() =>
        Gen.Select(Merges, Merges, Projections, Projections, Gen.Enum<BranchCombine>()).Sample(
            (first, second, projection, projector, combine) =>
            {
                using DisposeScope scope = NewDisposeScope();
                VisionStackConfig config = Config(first, second, projection, projector is IdentityProjection ? new LinearProjection() : projector, combine);
                if (combine != BranchCombine.ConcatChannels)
                {
                    config = config with { Branches = [config.Branches[0], config.Branches[0] with { ImageSize = 42 }], OnGridMismatch = GridMismatch.ResampleToFirst };
                }

                using VisionStack stack = TinyConfigs.Drawn(new VisionStack(config, LanguageWidth, TensorOptions.Default));
                using var images = new ImageBatch([.. stack.ImageSizes.Select(size => rand(2, 3, size, size))]);
                Tensor tokens = stack.call(images);
                Assert.Equal([2, stack.TokensPerImage, LanguageWidth], tokens.shape);
                tokens.square().mean().backward();
                foreach ((string name, var parameter) in stack.named_parameters())
                {
                    bool isTower = name.Contains(".tower.", StringComparison.Ordinal);
                    Assert.Equal(isTower, parameter.grad is null);
                }
            },
            iter: 30);

    [Fact]
    public void Standardised_tokens_have_mean_zero_in_every_channel_and_deviation_one_in_all_together()
    {
        foreach (ProjectionConfig projector in (ProjectionConfig[])[new LinearProjection(), new MlpProjection { Blocks = 2, Ratio = 2 }])
        {
            using VisionStack stack = TinyConfigs.Drawn(
                new VisionStack(Config(new MeanMerge(), new MeanMerge(), new LinearProjection(), projector, BranchCombine.ConcatChannels), LanguageWidth, TensorOptions.Default));
            using var images = new ImageBatch([.. stack.ImageSizes.Select(size => rand(5, 3, size, size))]);
            Tensor before = Centred(stack.call(images));
            stack.Standardize(images);
            Tensor after = stack.call(images).detach().flatten(0, 1);
            Assert.InRange(after.mean([0]).abs().max().item<float>(), 0, 1e-4);
            Assert.Equal(1, after.square().mean().item<float>(), 1e-4);
            Assert.InRange(before.div(before.square().mean().sqrt()).sub(after).abs().max().item<float>(), 0, 1e-2); // what differs between patches stays as it was
            Assert.All(stack.Projector.parameters(), parameter => Assert.True(parameter.requires_grad));
        }

        static Tensor Centred(Tensor tokens) => tokens.detach().flatten(0, 1).sub(tokens.detach().flatten(0, 1).mean([0]));
    }

    [Fact]
    public void Outputs_that_never_differ_are_shifted_alone()
    {
        using var projection = TinyConfigs.Drawn(new Projection(new LinearProjection(), 4, 3, TensorOptions.Default));
        Tensor same = ones(1, 6, 4);
        projection.Standardize(same);
        Assert.InRange(projection.call(same).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void An_identity_has_nothing_to_standardise()
    {
        using var identity = new Projection(new IdentityProjection(), 4, 4, TensorOptions.Default);
        Assert.Contains("identity", Assert.ThrowsAny<CommSharpException>(() => identity.Standardize(rand(1, 6, 4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layerscale_of_equal_scales_is_the_mean()
    {
        Tensor[] layers = [randn(2, 5, 8), randn(2, 5, 8), randn(2, 5, 8)];
        using LayerMerge mean = LayerMerge.Create(new MeanMerge(), 3, 8, TensorOptions.Default);
        foreach (ScaleNormalization normalization in Enum.GetValues<ScaleNormalization>())
        {
            using LayerMerge scaled = LayerMerge.Create(new LayerscaleMerge { Normalization = normalization }, 3, 8, TensorOptions.Default);
            using var generator = new Generator(1);
            FreshWeights.Draw(scaled, generator);
            TensorAssert.Close(mean.call(layers), scaled.call(layers), 1e-6);
        }
    }

    [Fact]
    public void One_seed_gives_one_set_of_fresh_weights()
    {
        VisionStackConfig config = Config(new LayerscaleMerge { Transform = LayerTransform.NormLinear }, new MeanMerge(), new MlpProjection(), new LinearProjection(), BranchCombine.ConcatChannels);
        Dictionary<string, Tensor>[] states = [.. new ulong[] { 7, 7, 8 }.Select(seed => Draw(config, seed))];
        Assert.All(states[0], pair => TensorAssert.Equal(pair.Value, states[1][pair.Key]));
        TensorAssert.Differ(states[0]["projector.blocks.0.weight"], states[2]["projector.blocks.0.weight"]);
    }

    [Fact]
    public void Contradictions_are_refused_in_words()
    {
        VisionStackConfig config = Config(new MeanMerge(), new MeanMerge(), new IdentityProjection(), new LinearProjection(), BranchCombine.ConcatChannels);
        AssertRefused("one layer", config with { Branches = [config.Branches[0] with { Merge = new SelectMerge() }] });
        AssertRefused("onGridMismatch", config with { Branches = [config.Branches[0], config.Branches[1] with { ImageSize = 35 }] });
        AssertRefused("24, 32", config with { Combine = BranchCombine.Sum });
        AssertRefused("identity", config with { Projector = new IdentityProjection() });
        AssertRefused("at least one branch", config with { Branches = [] });
        AssertRefused("whole number", config with { Branches = [config.Branches[0] with { ImageSize = 30 }] });
        AssertRefused("at least one block", config with { Projector = new MlpProjection { Blocks = 0 } });
    }

    [Fact]
    public void Five_hundred_passes_leave_no_tensor_behind()
    {
        using VisionStack stack = TinyConfigs.Drawn(new VisionStack(TinyConfigs.Comm.Vision, LanguageWidth, TensorOptions.Default));
        using var images = new ImageBatch(rand(1, 3, 28, 28));
        Run(5);
        LeakGuard.Check(() => Run(500));

        void Run(int count)
        {
            using var unrecorded = no_grad();
            for (int i = 0; i < count; i++)
            {
                stack.call(images).Dispose();
            }
        }
    }

    private static Dictionary<string, Tensor> Draw(VisionStackConfig config, ulong seed)
    {
        var stack = new VisionStack(config, LanguageWidth, TensorOptions.Default);
        using var generator = new Generator(seed);
        FreshWeights.Draw(stack, generator);
        return stack.state_dict();
    }

    private static void AssertRefused(string words, VisionStackConfig config) =>
        Assert.Contains(words, Assert.Throws<CommSharpException>(() => new VisionStack(config, LanguageWidth, TensorOptions.Default)).Message, StringComparison.Ordinal);

    private static VisionStackConfig Config(MergeConfig first, MergeConfig second, ProjectionConfig projection, ProjectionConfig projector, BranchCombine combine) => new()
    {
        Branches =
        [
            TinyConfigs.Comm.Vision.Branches[0] with { Merge = first, Projection = new IdentityProjection() },
            TinyConfigs.Comm.Vision.Branches[1] with { Merge = second, Projection = projection },
        ],
        Combine = combine,
        Projector = projector,
    };
}
