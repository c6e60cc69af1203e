using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Testing;

/// <summary>Compares tensors and says by how much they differ.</summary>
public static class TensorAssert
{
    /// <summary>The same shape and the same elements, to the last bit.</summary>
    public static void Equal(Tensor expected, Tensor actual) => Close(expected, actual, 0);

    /// <summary>The same shape, and elements no further apart than the tolerance.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double difference = Difference(expected, actual);
        Assert.True(difference <= tolerance, $"the largest difference is {difference:e1}, allowed {tolerance:e1}");
    }

    /// <summary>Elements that are further apart than the difference somewhere.</summary>
    public static void Differ(Tensor expected, Tensor actual, double difference = 0) =>
        Assert.True(Difference(expected, actual) > difference, $"the largest difference is {Difference(expected, actual):e1}");

    private static double Difference(Tensor expected, Tensor actual)
    {
        using DisposeScope scope = NewDisposeScope();
        return expected.numel() == 0 ? 0 : (expected.to(ScalarType.Float64) - actual.to(ScalarType.Float64)).abs().max().item<double>();
    }
}
