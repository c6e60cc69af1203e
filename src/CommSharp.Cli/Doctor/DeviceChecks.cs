using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CommSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Cli.Doctor;

/// <summary>Small computations whose results are known without libtorch.</summary>
internal static class DeviceChecks
{
    private const int Side = 96;                     // beyond one block of any kernel, and still a blink in plain C#

    public static IReadOnlyList<Func<Device, Check>> All { get; } =
    [
        device => Measure("matrix product", device, MatrixProduct),
        device => Measure("bfloat16", device, BFloat16),
        device => Measure("attention", device, Attention),
    ];

    private static Check Measure(string name, Device device, Func<Device, (double Difference, double Allowed)> compute)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            using DisposeScope scope = NewDisposeScope();
            (double difference, double allowed) = compute(device);
            string detail = string.Create(CultureInfo.InvariantCulture,
                $"differs from plain C# by {difference:0.0e-0} (allowed {allowed:0.0e-0}), {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
            return difference <= allowed
                ? new(name, CheckState.Ok, detail)
                : new(name, CheckState.Failed, detail, $"libtorch computes wrongly on {device}; use another device or another libtorch.");
        }
        catch (ExternalException e)
        {
            string firstLine = e.Message.Split('\n', 2)[0];
            return new(name, CheckState.Failed, firstLine, $"libtorch cannot do this on {device}; use another device or another libtorch.");
        }
    }

    private static (double Difference, double Allowed) MatrixProduct(Device device)
    {
        float[] a = Wave(0.37);
        float[] b = Wave(0.73);
        using Tensor product = ToDevice(a, device).matmul(ToDevice(b, device));
        return (LargestDifference(Product(a, b), product), 1e-3);      // room for TF32
    }

    // 1 + 2^-8 lies between two bfloat16 numbers and goes to the even one, 1; 1 + 3 * 2^-8 goes to 1 + 2^-6.
    private static (double Difference, double Allowed) BFloat16(Device device)
    {
        using Tensor stored = tensor(new[] { 1 + (1f / 256), 1 + (3f / 256), -3.5f }).to(device).to(ScalarType.BFloat16);
        using Tensor doubled = stored.Plus(stored);
        return (LargestDifference([2, 2 + (1f / 32), -7], doubled), 0);
    }

    private static (double Difference, double Allowed) Attention(Device device)
    {
        float[] query = Wave(0.21);
        float[] key = Wave(0.11);
        float[] value = Wave(0.05);
        using Tensor attended = nn.functional.scaled_dot_product_attention(Heads(query, device), Heads(key, device), Heads(value, device));
        return (LargestDifference(AttentionInPlainCSharp(query, key, value), attended), 1e-3);
    }

    private static float[] AttentionInPlainCSharp(float[] query, float[] key, float[] value)
    {
        float[] keyTransposed = [.. Enumerable.Range(0, Side * Side).Select(i => key[((i % Side) * Side) + (i / Side)])];
        float[] weights = Product(query, keyTransposed);
        for (int row = 0; row < Side; row++)
        {
            Span<float> scores = weights.AsSpan(row * Side, Side);
            double sum = 0;
            foreach (ref float score in scores)
            {
                score = (float)Math.Exp(score / Math.Sqrt(Side));
                sum += score;
            }

            foreach (ref float score in scores)
            {
                score = (float)(score / sum);
            }
        }

        return Product(weights, value);
    }

    private static float[] Product(float[] a, float[] b)
    {
        float[] product = new float[Side * Side];
        for (int row = 0; row < Side; row++)
        {
            for (int column = 0; column < Side; column++)
            {
                double sum = 0;
                for (int k = 0; k < Side; k++)
                {
                    sum += (double)a[(row * Side) + k] * b[(k * Side) + column];
                }

                product[(row * Side) + column] = (float)sum;
            }
        }

        return product;
    }

    private static float[] Wave(double step) => [.. Enumerable.Range(0, Side * Side).Select(i => (float)Math.Sin(step * i))];

    private static Tensor ToDevice(float[] values, Device device) => tensor(values).reshape(Side, Side).to(device);        // [Side, Side]

    private static Tensor Heads(float[] values, Device device) => tensor(values).reshape(1, 1, Side, Side).to(device);    // [B, H, N, C]

    private static double LargestDifference(float[] expected, Tensor actual)
    {
        float[] values = actual.to(ScalarType.Float32).cpu().data<float>().ToArray();
        return expected.Zip(values, (x, y) => (double)Math.Abs(x - y)).Max();
    }
}
