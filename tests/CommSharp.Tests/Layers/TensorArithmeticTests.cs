using System.Diagnostics;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Layers;

public sealed class TensorArithmeticTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2.5);

    /// <summary>With TorchSharp's own operators a sum here throws within the first second, and some fifty do in all.</summary>
    [Fact]
    public void A_collection_during_a_call_does_not_free_its_numbers()
    {
        bool done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using Tensor one = ones(8);
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < Duration)
            {
                using DisposeScope scope = NewDisposeScope();
                Assert.Equal(2.5f, one.Plus(one).Plus(one.Times(0.5)).ReadCpuSingle(7));
                Assert.Equal(1.75f, one.Times(2).Minus(0.25).AddInPlace(one, -1).AddInPlace(1).ReadCpuSingle(0));
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    public void Results_are_those_of_TorchSharp_in_its_element_types(ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor a = randn(64, generator: generator).mul(9).to(dtype), b = randn(64, generator: generator).mul(9).to(dtype), mask = a.gt(b);

        Same(a + b, a.Plus(b));
        Same(a + 0.3, a.Plus(0.3));
        Same(a + 3, a.Plus(3));
        Same(a - 0.3, a.Minus(0.3));
        Same(a - 3, a.Minus(3));
        Same(1 - a, a.neg().Plus(1));
        Same(a * 0.3, a.Times(0.3));
        Same(a * 3, a.Times(3));
        Same(a / 0.3, a.Over(0.3));
        Same(a / 255, a.Over(255));
        Same(a.square(), a.Squared());
        Same(a.clamp_min(1), a.AtLeast(1));
        Same(a.clamp(0, 1).to(ScalarType.Float64), a.Within(0, 1).to(ScalarType.Float64));
        Same(a.eq(3), a.IsEqualTo(3));
        Same(a.ne(3), a.IsNotEqualTo(3));
        Same(a.ge(3), a.IsAtLeast(3));
        Same(a.masked_fill(mask, 7), a.ReplacedWhere(mask, 7));
        Same(zeros_like(a).fill_(7), zeros_like(a).Fill(7));
        Same(a.clone().add_(b), a.clone().AddInPlace(b));
        if (a.is_floating_point())
        {
            Same(2.5 / a, a.reciprocal().Times(2.5));
            Same(a.clamp_min(0.3), a.AtLeast(0.3));
            Same(a.clone().add_(0.3), a.clone().AddInPlace(0.3));
            Same(a.clone().add_(b, 0.3), a.clone().AddInPlace(b, 0.3));
            Same(a.clone().mul_(0.3), a.clone().ScaleInPlace(0.3));
            Same(a.clone().clamp_(max: 0.3), a.clone().LimitInPlace(0.3));
            Same(a.clone().addcmul_(a, b, 0.3), a.clone().AddProductInPlace(a, b, 0.3));
            Same(a.clone().addcdiv_(a, b, 0.3), a.clone().AddQuotientInPlace(a, b, 0.3));
        }
    }

    [Fact]
    public void Ranges_are_those_of_TorchSharp()
    {
        using DisposeScope scope = NewDisposeScope();
        Same(arange(3, 11, ScalarType.Int64), TensorArithmetic.Range(3, 11));
        Same(arange(0, 9, 2, ScalarType.Float32), TensorArithmetic.Range(0, 9, 2, ScalarType.Float32));
    }

    private static void Same(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.dtype, found.dtype);
        Assert.Equal(expected.bytes, found.bytes);
    }
}
