using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Layers;

public sealed class AttentionProductTests
{
    /// <summary>Half precision is widened for the products and comes back as it was, with its gradients.</summary>
    [Theory]
    [InlineData(ScalarType.BFloat16, 2e-2)]
    [InlineData(ScalarType.Float16, 3e-3)]
    [InlineData(ScalarType.Float32, 1e-6)]
    public void It_is_the_softmax_of_scaled_products_in_every_element_type(ScalarType dtype, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor exact = randn([3, 2, 2, 5, 8], generator: generator);
        Tensor rounded = exact.to(dtype).requires_grad_(true);
        Tensor mask = ones(5, 5, ScalarType.Bool).tril();
        Tensor found = AttentionProduct.Of(rounded[0], rounded[1], rounded[2], mask);
        Assert.Equal(dtype, found.dtype);

        Tensor wide = rounded.detach().to(ScalarType.Float32).requires_grad_(true);
        Tensor scores = wide[0].matmul(wide[1].transpose(-2, -1)) / Math.Sqrt(8);
        Tensor expected = scores.masked_fill(mask.logical_not(), double.NegativeInfinity).softmax(-1).matmul(wide[2]);
        Assert.True(found.to(ScalarType.Float32).allclose(expected, tolerance, tolerance));

        found.to(ScalarType.Float32).square().sum().backward();
        expected.square().sum().backward();
        Assert.Equal(dtype, rounded.grad!.dtype);
        Assert.True(rounded.grad.to(ScalarType.Float32).allclose(wide.grad!, 10 * tolerance, 10 * tolerance));
        Assert.True(AttentionProduct.Of(rounded[0], rounded[1], rounded[2], causal: true).equal(found).all().item<bool>());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void It_leaves_its_result_and_nothing_else(ScalarType dtype)
    {
        using Tensor queries = zeros(1, 1, 3, 4, dtype);
        long before = LeakGuard.LiveTensors;
        AttentionProduct.Of(queries, queries, queries, causal: true).Dispose();
        Assert.Equal(before, LeakGuard.LiveTensors);
    }
}
