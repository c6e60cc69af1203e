using CommSharp.Layers;
using static TorchSharp.torch;

namespace CommSharp.Tests.Layers;

public sealed class ScalarCallsTests
{
    [Fact]
    public void The_library_keeps_every_number_that_native_code_reads() => ScalarCalls.AssertNone(typeof(TensorArithmetic).Assembly);

    [Fact]
    public void The_search_sees_conversions_operators_and_what_TorchSharp_hides()
    {
        string[] found =
        [
            .. ScalarCalls.In(typeof(ScalarCallsTests).Assembly).Where(call => call.Contains(nameof(Careless), StringComparison.Ordinal)),
        ];

        Assert.Equal(6, found.Length);
        Assert.Contains(found, call => call.EndsWith("op_Implicit(Double)", StringComparison.Ordinal));
        Assert.Contains(found, call => call.EndsWith("op_Addition(Tensor, Tensor)", StringComparison.Ordinal));
        Assert.Contains(found, call => call.EndsWith("op_Multiply(Tensor, Double)", StringComparison.Ordinal));
        Assert.Contains(found, call => call.EndsWith("add_(Tensor)", StringComparison.Ordinal));
        Assert.Contains(found, call => call.EndsWith("square()", StringComparison.Ordinal));
        Assert.Contains(found, call => call.Contains(".<Lambda>", StringComparison.Ordinal));
    }

    /// <summary>Never run, only read.</summary>
    private static class Careless
    {
        internal static Tensor Compute(Tensor a) => (a.clamp_min(0.5) + (a * 0.5)).add_(a).square();

        internal static Func<Tensor, Tensor> Lambda() => a => a / 2;
    }
}
