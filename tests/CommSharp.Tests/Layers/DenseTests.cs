using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Layers;

public sealed class DenseTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>One row, few rows and many rows take different ways to the same numbers; 13 inputs fit no vector.</summary>
    [Theory]
    [InlineData(ScalarType.BFloat16, 1, 96)]
    [InlineData(ScalarType.BFloat16, 1, 40)]
    [InlineData(ScalarType.BFloat16, 4, 96)]
    [InlineData(ScalarType.BFloat16, 5, 96)]
    [InlineData(ScalarType.BFloat16, 8, 40)]
    [InlineData(ScalarType.BFloat16, 9, 96)]
    [InlineData(ScalarType.BFloat16, 1, 13)]
    [InlineData(ScalarType.Float16, 1, 96)]
    [InlineData(ScalarType.Float16, 1, 40)]
    [InlineData(ScalarType.Float16, 3, 96)]
    [InlineData(ScalarType.Float16, 7, 40)]
    [InlineData(ScalarType.Float16, 64, 96)]
    public void Half_precision_weights_give_what_their_wide_copies_give(ScalarType held, long rows, long inputs)
    {
        using Dense dense = TinyConfigs.Drawn(new Dense(inputs, 130, new TensorOptions(held, CPU)));
        using var unrecorded = no_grad();
        Tensor input = randn(rows, inputs).unsqueeze(0);
        Tensor wide = nn.functional.linear(input, dense.Weight.to(ScalarType.Float32), dense.Bias!.to(ScalarType.Float32));
        TensorAssert.Close(wide, dense.call(input), 2e-6);
    }

    /// <summary>An answer's numbers do not depend on how many others are generated with it; the larger product is shared among threads.</summary>
    [Theory]
    [InlineData(ScalarType.BFloat16, 40, 130)]
    [InlineData(ScalarType.BFloat16, 256, 1003)]
    [InlineData(ScalarType.Float16, 72, 130)]
    public void Rows_give_together_what_they_give_alone_to_the_last_bit(ScalarType held, long inputs, long outputs)
    {
        using Dense dense = TinyConfigs.Drawn(new Dense(inputs, outputs, new TensorOptions(held, CPU)));
        using var unrecorded = no_grad();
        Tensor input = randn(HalfPrecisionProduct.MaxRows, inputs);
        for (int rows = 1; rows <= HalfPrecisionProduct.MaxRows; rows++)
        {
            Tensor together = dense.call(input.narrow(0, 0, rows));
            for (int row = 0; row < rows; row++)
            {
                TensorAssert.Equal(dense.call(input.narrow(0, row, 1)), together.narrow(0, row, 1));
            }
        }
    }

    /// <summary>Every finite float16, subnormal ones included, is widened exactly.</summary>
    [Fact]
    public void Every_float16_is_widened_exactly()
    {
        float[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(Half.IsFinite).Select(half => (float)half)];
        using var dense = new Dense(8, all.Length, new TensorOptions(ScalarType.Float16, CPU), hasBias: false);
        using var unrecorded = no_grad();
        dense.Weight.fill_(0);
        dense.Weight.narrow(1, 3, 1).copy_(tensor(all).unsqueeze(1));
        Tensor one = zeros(1, 8);
        one[0, 3] = 1;
        TensorAssert.Equal(tensor(all), dense.call(one)[0]);
    }

    [Fact]
    public void Training_keeps_to_products_that_have_a_gradient()
    {
        using Dense dense = TinyConfigs.Drawn(new Dense(16, 4, new TensorOptions(ScalarType.BFloat16, CPU)));
        dense.call(randn(1, 16)).sum().backward();
        Assert.NotNull(dense.Weight.grad);
    }
}
