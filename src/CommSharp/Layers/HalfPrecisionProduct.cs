using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// y = x W^T for few rows of float32 activations and weights held in half precision: the product of every decoded token. It reads each weight once and widens
/// it in a register, so it is bounded by memory and not by a widened copy; sums are float32, as in the product of many rows.
/// </summary>
internal static unsafe class HalfPrecisionProduct
{
    /// <summary>Beyond this many rows one widened copy and a matrix product are faster.</summary>
    internal const int MaxRows = 4;

    private const int OutputsPerTask = 64;
    private const float BiasDifference = 5.192297e33f; // 2^112: the bias of float32, 127, less that of float16, 15

    /// <summary>Whether this machine and these tensors are served.</summary>
    internal static bool Serves(Tensor input, Tensor weight) =>
        Fma.IsSupported && Avx2.IsSupported
        && input.device_type == DeviceType.CPU
        && input.dtype == ScalarType.Float32
        && weight.dtype is ScalarType.BFloat16 or ScalarType.Float16
        && weight.shape[1] % Vector256<float>.Count == 0
        && input.numel() / weight.shape[1] is > 0 and <= MaxRows
        && !(is_grad_enabled() && (input.requires_grad || weight.requires_grad))
        && weight.is_contiguous();

    /// <summary>Multiplies.</summary>
    /// <param name="input">float32 [..., inputs], at most <see cref="MaxRows"/> rows.</param>
    /// <param name="weight">bfloat16 or float16 [outputs, inputs], contiguous.</param>
    /// <returns>float32 [..., outputs].</returns>
    internal static Tensor Multiply(Tensor input, Tensor weight)
    {
        using DisposeScope scope = NewDisposeScope();
        long inputs = weight.shape[1], outputs = weight.shape[0];
        Tensor rows = input.contiguous();
        Tensor result = empty([.. input.shape[..^1], outputs]);
        var product = new Product(
            (float*)TensorMemory.Address(rows),
            (ushort*)TensorMemory.Address(weight),
            (float*)TensorMemory.Address(result),
            (int)(rows.numel() / inputs),
            inputs,
            outputs,
            weight.dtype == ScalarType.Float16);
        Parallel.For(0L, (outputs + OutputsPerTask - 1) / OutputsPerTask, product.Run);
        GC.KeepAlive(rows);
        GC.KeepAlive(weight);
        return result.MoveToOuterDisposeScope();
    }

    private sealed class Product(float* input, ushort* weight, float* output, int rows, long inputs, long outputs, bool isFloat16)
    {
        internal void Run(long task)
        {
            long end = Math.Min((task + 1) * OutputsPerTask, outputs);
            for (long o = task * OutputsPerTask; o < end; o++)
            {
                ushort* weights = weight + (o * inputs);
                for (int row = 0; row < rows; row++)
                {
                    float* activations = input + (row * inputs);
                    output[(row * outputs) + o] = isFloat16 ? Dot<Float16>(activations, weights) : Dot<BFloat16>(activations, weights);
                }
            }
        }

        private float Dot<TWidening>(float* activations, ushort* weights)
            where TWidening : IWidening
        {
            Vector256<float> sum0 = Vector256<float>.Zero, sum1 = Vector256<float>.Zero;
            long i = 0;
            for (; i + 16 <= inputs; i += 16)
            {
                sum0 = Fma.MultiplyAdd(TWidening.Load(weights + i), Vector256.Load(activations + i), sum0);
                sum1 = Fma.MultiplyAdd(TWidening.Load(weights + i + 8), Vector256.Load(activations + i + 8), sum1);
            }

            for (; i < inputs; i += 8)
            {
                sum0 = Fma.MultiplyAdd(TWidening.Load(weights + i), Vector256.Load(activations + i), sum0);
            }

            return Vector256.Sum(sum0 + sum1);
        }
    }

    /// <summary>Brings eight weights to float32.</summary>
    private interface IWidening
    {
        static abstract Vector256<float> Load(ushort* weights);
    }

    /// <summary>A bfloat16 is the upper half of a float32.</summary>
    private readonly struct BFloat16 : IWidening
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Load(ushort* weights) => Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32(weights), 16).AsSingle();
    }

    /// <summary>
    /// Moves exponent and mantissa into a float32's places and makes up for the different exponent bias by a multiplication, which also brings
    /// subnormal numbers right. Infinities and NaN become large numbers; weights that hold them are reported when a model is inspected.
    /// </summary>
    private readonly struct Float16 : IWidening
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Load(ushort* weights)
        {
            Vector256<int> bits = Avx2.ConvertToVector256Int32(weights);
            Vector256<int> magnitude = Avx2.ShiftLeftLogical(bits & Vector256.Create(0x7fff), 13);
            Vector256<int> sign = Avx2.ShiftLeftLogical(bits & Vector256.Create(0x8000), 16);
            return ((magnitude.AsSingle() * Vector256.Create(BiasDifference)).AsInt32() | sign).AsSingle();
        }
    }
}
