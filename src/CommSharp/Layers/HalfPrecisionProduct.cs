using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Layers;

/// <summary>
/// y = x W^T for few rows of float32 activations and weights held in half precision: the product of every decoded token. It reads each weight once and widens
/// it in a register, so it is bounded by memory and not by a widened copy; sums are float32, as in the product of many rows. A row's sums are the same to the
/// last bit however many rows there are.
/// </summary>
internal static unsafe class HalfPrecisionProduct
{
    /// <summary>Beyond this many rows one widened copy and a matrix product are faster.</summary>
    internal const int MaxRows = 8;

    private const int OutputsPerTask = 64;
    private const int RowsTogether = 4; // as many as have their sums in registers
    private const long FewestToShare = 1 << 19; // fewer multiplications take less time than waking a second thread for them
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
        if (rows.numel() * outputs > FewestToShare)
        {
            Parallel.For(0L, (outputs + OutputsPerTask - 1) / OutputsPerTask, product.Run);
        }
        else
        {
            product.Run(0, outputs);
        }

        GC.KeepAlive(rows);
        GC.KeepAlive(weight);
        return result.MoveToOuterDisposeScope();
    }

    // Optimised from the first call on: as it is first compiled otherwise, a loop over vectors takes many times as long until it has been called often.
    private sealed class Product(float* input, ushort* weight, float* output, int rows, long inputs, long outputs, bool isFloat16)
    {
        internal void Run(long task) => Run(task * OutputsPerTask, Math.Min((task + 1) * OutputsPerTask, outputs));

        internal void Run(long begin, long end)
        {
            if (isFloat16)
            {
                Run<Float16>(begin, end);
            }
            else
            {
                Run<BFloat16>(begin, end);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Run<TWidening>(long begin, long end)
            where TWidening : IWidening
        {
            for (long o = begin; o < end; o++)
            {
                ushort* weights = weight + (o * inputs);
                int row = 0;
                for (; row + RowsTogether <= rows; row += RowsTogether)
                {
                    DotFour<TWidening>(input + (row * inputs), weights, output + (row * outputs) + o);
                }

                for (; row < rows; row++)
                {
                    output[(row * outputs) + o] = Dot<TWidening>(input + (row * inputs), weights);
                }
            }
        }

        /// <summary>Four rows with one widening of the weights; each adds up in the order of <see cref="Dot"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void DotFour<TWidening>(float* row0, ushort* weights, float* results)
            where TWidening : IWidening
        {
            float* row1 = row0 + inputs, row2 = row1 + inputs, row3 = row2 + inputs;
            Vector256<float> sum00 = Vector256<float>.Zero, sum10 = sum00, sum20 = sum00, sum30 = sum00;
            Vector256<float> sum01 = sum00, sum11 = sum00, sum21 = sum00, sum31 = sum00;
            long i = 0;
            for (; i + 16 <= inputs; i += 16)
            {
                Vector256<float> first = TWidening.Load(weights + i), second = TWidening.Load(weights + i + 8);
                sum00 = Fma.MultiplyAdd(first, Vector256.Load(row0 + i), sum00);
                sum10 = Fma.MultiplyAdd(first, Vector256.Load(row1 + i), sum10);
                sum20 = Fma.MultiplyAdd(first, Vector256.Load(row2 + i), sum20);
                sum30 = Fma.MultiplyAdd(first, Vector256.Load(row3 + i), sum30);
                sum01 = Fma.MultiplyAdd(second, Vector256.Load(row0 + i + 8), sum01);
                sum11 = Fma.MultiplyAdd(second, Vector256.Load(row1 + i + 8), sum11);
                sum21 = Fma.MultiplyAdd(second, Vector256.Load(row2 + i + 8), sum21);
                sum31 = Fma.MultiplyAdd(second, Vector256.Load(row3 + i + 8), sum31);
            }

            for (; i < inputs; i += 8)
            {
                Vector256<float> rest = TWidening.Load(weights + i);
                sum00 = Fma.MultiplyAdd(rest, Vector256.Load(row0 + i), sum00);
                sum10 = Fma.MultiplyAdd(rest, Vector256.Load(row1 + i), sum10);
                sum20 = Fma.MultiplyAdd(rest, Vector256.Load(row2 + i), sum20);
                sum30 = Fma.MultiplyAdd(rest, Vector256.Load(row3 + i), sum30);
            }

            results[0] = Vector256.Sum(sum00 + sum01);
            results[outputs] = Vector256.Sum(sum10 + sum11);
            results[2 * outputs] = Vector256.Sum(sum20 + sum21);
            results[3 * outputs] = Vector256.Sum(sum30 + sum31);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
