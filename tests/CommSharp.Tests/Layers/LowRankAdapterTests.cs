using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Layers;

public sealed class LowRankAdapterTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void It_adds_alpha_over_rank_times_b_times_a()
    {
        Dense layer = Adapted(new AdapterSettings(2, 6));
        Tensor input = Normal(5, 6), weight = layer.Weight.detach() + (3 * layer.Adapter!.B.detach().matmul(layer.Adapter.A.detach()));
        TensorAssert.Close(nn.functional.linear(input, weight, layer.Bias), layer.call(input), 1e-5);
    }

    [Fact]
    public void A_fresh_one_changes_nothing_to_the_last_bit_and_lies_within_its_bound()
    {
        var layer = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        Tensor input = Normal(5, 6), before = layer.call(input);
        using var generator = new Generator(1);
        DenseLayers.Adapt(layer, ["*"], new AdapterSettings(64, 16, 0.5), generator);
        TensorAssert.Equal(before, layer.call(input));
        double largest = layer.Adapter!.A.abs().max().item<float>(), bound = 1 / Math.Sqrt(6);
        Assert.InRange(largest, 0.95 * bound, bound);
        Assert.Equal(0.25, layer.Adapter.Scale);
    }

    [Fact]
    public void The_same_seed_draws_the_same_adapter()
    {
        Dense[] layers = [Fresh(1), Fresh(1), Fresh(2)];
        TensorAssert.Equal(layers[0].Adapter!.A, layers[1].Adapter!.A);
        TensorAssert.Differ(layers[0].Adapter!.A, layers[2].Adapter!.A, 0.01);

        static Dense Fresh(ulong seed)
        {
            var layer = new Dense(6, 4, TensorOptions.Default);
            using var generator = new Generator(seed);
            DenseLayers.Adapt(layer, ["*"], new AdapterSettings(2, 4), generator);
            return layer;
        }
    }

    [Fact]
    public void Merged_it_gives_what_it_gave_beside_the_weight_and_is_gone()
    {
        Dense layer = Adapted(new AdapterSettings(2, 6));
        Tensor input = Normal(5, 6), before = layer.call(input);
        layer.MergeAdapter();
        Assert.Null(layer.Adapter);
        Assert.Equal(["weight", "bias"], layer.state_dict().Keys);
        TensorAssert.Close(before, layer.call(input), 1e-5);
        layer.MergeAdapter(); // nothing is left to merge
        TensorAssert.Close(before, layer.call(input), 1e-5);
        Assert.True(layer.Weight.is_leaf);
        Assert.True(layer.Weight.requires_grad);
    }

    [Fact]
    public void A_weight_in_half_precision_is_merged_in_float32_and_rounded_once()
    {
        Dense layer = Adapted(new AdapterSettings(2, 6), ScalarType.BFloat16);
        Tensor exact = layer.Weight.detach().to(ScalarType.Float32) + (layer.Adapter!.B.detach().matmul(layer.Adapter.A.detach()) * 3);
        layer.MergeAdapter();
        Assert.Equal(ScalarType.BFloat16, layer.Weight.dtype);
        TensorAssert.Equal(exact.to(ScalarType.BFloat16), layer.Weight.detach());
    }

    [Fact]
    public void Removed_it_leaves_no_trace()
    {
        Dense layer = Adapted(new AdapterSettings(2, 6)), plain = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        layer.RemoveAdapter();
        TensorAssert.Equal(plain.call(Normal(5, 6)), layer.call(Normal(5, 6)));
        Assert.Equal(2, layer.parameters().Count());
    }

    [Fact]
    public void Dropout_comes_from_the_global_generator_in_training_alone()
    {
        Dense layer = Adapted(new AdapterSettings(2, 6, 0.5));
        Tensor input = Normal(5, 6);
        manual_seed(1);
        Tensor first = layer.call(input), second = layer.call(input);
        manual_seed(1);
        TensorAssert.Equal(first, layer.call(input));
        TensorAssert.Differ(first, second, 1e-3);

        layer.eval();
        TensorAssert.Equal(layer.call(input), layer.call(input));
        manual_seed(1);
        Tensor untouched = rand(3);
        manual_seed(1);
        layer.call(input);
        TensorAssert.Equal(untouched, rand(3));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void It_is_held_and_taught_in_float32_whatever_is_around_it(ScalarType held, ScalarType compute)
    {
        Dense layer = Adapted(new AdapterSettings(2, 6), held);
        layer.Weight.requires_grad = layer.Bias!.requires_grad = false;
        Tensor result = layer.call(Normal(2, 6).to(compute)); // few rows, as HalfPrecisionProduct takes them
        Assert.Equal(compute, result.dtype);
        result.sum().backward();
        Assert.Null(layer.Weight.grad);
        foreach (Tensor gradient in new[] { layer.Adapter!.A.grad!, layer.Adapter.B.grad! })
        {
            Assert.Equal(ScalarType.Float32, gradient.dtype);
            Assert.True(gradient.abs().sum().item<float>() > 0);
        }
    }

    [Fact]
    public void Few_rows_before_a_half_precision_weight_still_get_gradients()
    {
        var layer = new Dense(16, 4, new TensorOptions(ScalarType.BFloat16, CPU));
        using var generator = new Generator(1);
        FreshWeights.Draw(layer, generator);
        layer.Weight.requires_grad = layer.Bias!.requires_grad = false;
        DenseLayers.Adapt(layer, ["*"], new AdapterSettings(2, 6), generator);
        Tensor input = Normal(1, 16).requires_grad_();
        layer.call(input).sum().backward();
        TensorAssert.Close(layer.Weight.to(ScalarType.Float32).sum(0, keepdim: true), input.grad!, 1e-6);
        using (no_grad())
        {
            Assert.False(layer.call(input).requires_grad);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Dense layer = Adapted(new AdapterSettings(2, 6));
        Assert.Contains("already", Refused(() => layer.Adapt(new LowRankAdapter(6, 4, new AdapterSettings(1, 1), CPU))), StringComparison.Ordinal);
        Assert.Contains(
            "from 6 to 5 channels does not fit a layer from 6 to 4",
            Refused(() => new Dense(6, 4, TensorOptions.Default).Adapt(new LowRankAdapter(6, 5, new AdapterSettings(1, 1), CPU))),
            StringComparison.Ordinal);
        Assert.Contains("rank", Refused(() => new AdapterSettings(0, 1).Validate()), StringComparison.Ordinal);
        Assert.Contains("alpha", Refused(() => new AdapterSettings(1, double.NaN).Validate()), StringComparison.Ordinal);
        Assert.Contains("dropout", Refused(() => new AdapterSettings(1, 1, 1).Validate()), StringComparison.Ordinal);

        static string Refused(Action action) => Assert.Throws<CommSharpException>(action).Message;
    }

    /// <summary>A layer from 6 to 4 channels whose adapter says something.</summary>
    private static Dense Adapted(AdapterSettings settings, ScalarType held = ScalarType.Float32)
    {
        var plain = TinyConfigs.Drawn(new Dense(6, 4, TensorOptions.Default));
        var layer = new Dense(6, 4, new TensorOptions(held, CPU));
        var adapter = new LowRankAdapter(6, 4, settings, CPU);
        using (no_grad())
        {
            layer.Weight.copy_(plain.Weight);
            layer.Bias!.copy_(plain.Bias!);
            adapter.A.copy_(Normal(settings.Rank, 6));
            adapter.B.copy_(Normal(4, settings.Rank));
        }

        layer.Adapt(adapter);
        return layer;
    }

    private static Tensor Normal(params long[] shape)
    {
        using var generator = new Generator(3);
        return randn(shape, generator: generator);
    }
}
