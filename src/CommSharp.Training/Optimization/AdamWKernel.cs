using System.Runtime.Intrinsics;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Optimization;

/// <summary>
/// The numbers of one update, the same for every element of a parameter. What is left of 1 beside each beta comes from doubles: 1 - 0.999 in float32 is off by
/// 5e-5 of itself.
/// </summary>
internal readonly record struct AdamWUpdate(
    float Decay, float Beta1, float Rest1, float Beta2, float Rest2, float GradientScale, float StepSize, float SquareScale, float Epsilon);

/// <summary>
/// AdamW over float32 on a processor in one pass over memory; written with tensor operations it takes eight. Every element is computed alone, so that
/// the result does not depend on the number of threads.
/// </summary>
internal static unsafe class AdamWKernel
{
    private const int Chunk = 1 << 15; // elements; four arrays of it fit the second-level cache

    internal static bool Serves(Tensor parameter) =>
        Vector256.IsHardwareAccelerated && parameter.device_type == DeviceType.CPU && parameter.dtype == ScalarType.Float32 && parameter.is_contiguous();

    /// <summary>Updates a parameter and its moments in place; all of one shape, contiguous.</summary>
    internal static void Run(AdamWUpdate update, Tensor parameter, Tensor gradient, Tensor mean, Tensor square)
    {
        long count = parameter.numel();
        if (count == 0)
        {
            return;
        }

        var pass = new Pass(
            update,
            (float*)TensorMemory.Address(parameter),
            (float*)TensorMemory.Address(gradient),
            (float*)TensorMemory.Address(mean),
            (float*)TensorMemory.Address(square),
            count);
        long chunks = (count + Chunk - 1) / Chunk;
        if (chunks == 1)
        {
            pass.Run(0);
        }
        else
        {
            Parallel.For(0L, chunks, pass.Run);
        }

        GC.KeepAlive(parameter);
        GC.KeepAlive(gradient);
        GC.KeepAlive(mean);
        GC.KeepAlive(square);
    }

    private sealed class Pass(AdamWUpdate update, float* parameter, float* gradient, float* mean, float* square, long count)
    {
        internal void Run(long chunk)
        {
            long i = chunk * Chunk, end = Math.Min(i + Chunk, count);
            for (; i + Vector256<float>.Count <= end; i += Vector256<float>.Count)
            {
                Vector256<float> g = Vector256.Load(gradient + i) * update.GradientScale;
                Vector256<float> m = (Vector256.Load(mean + i) * update.Beta1) + (g * update.Rest1);
                Vector256<float> v = (Vector256.Load(square + i) * update.Beta2) + (g * g * update.Rest2);
                Vector256<float> denominator = (Vector256.Sqrt(v) / update.SquareScale) + Vector256.Create(update.Epsilon);
                Vector256.Store(m, mean + i);
                Vector256.Store(v, square + i);
                Vector256.Store((Vector256.Load(parameter + i) * update.Decay) - (m / denominator * update.StepSize), parameter + i);
            }

            for (; i < end; i++)
            {
                float g = gradient[i] * update.GradientScale;
                mean[i] = (mean[i] * update.Beta1) + (g * update.Rest1);
                square[i] = (square[i] * update.Beta2) + (g * g * update.Rest2);
                float denominator = (MathF.Sqrt(square[i]) / update.SquareScale) + update.Epsilon;
                parameter[i] = (parameter[i] * update.Decay) - (mean[i] / denominator * update.StepSize);
            }
        }
    }
}
