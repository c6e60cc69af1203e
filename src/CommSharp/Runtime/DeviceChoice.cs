using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Runtime;

/// <summary>Where to compute, as a person writes it: "auto", "cpu", "cuda" or "cuda:1".</summary>
public sealed record DeviceChoice
{
    private DeviceChoice(DeviceType? type, int index)
    {
        Type = type;
        Index = index;
    }

    /// <summary>The first CUDA device if there is one, else the processor.</summary>
    public static DeviceChoice Auto { get; } = new(null, 0);

    /// <summary>The processor.</summary>
    public static DeviceChoice Cpu { get; } = new(DeviceType.CPU, 0);

    /// <summary>The kind of device, or null for "auto".</summary>
    public DeviceType? Type { get; }

    /// <summary>Which of the CUDA devices, counted from 0.</summary>
    public int Index { get; }

    /// <summary>A CUDA device.</summary>
    /// <param name="index">Which one, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static DeviceChoice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(DeviceType.CUDA, index);
    }

    /// <summary>Reads what a person wrote; upper and lower case are the same.</summary>
    /// <param name="text">"auto", "cpu", "cuda" or "cuda:N".</param>
    /// <exception cref="NativeRuntimeException">It is none of these.</exception>
    public static DeviceChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToLowerInvariant() switch
        {
            "auto" => Auto,
            "cpu" => Cpu,
            "cuda" => Cuda(),
            var cuda when cuda.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(cuda.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) => Cuda(index),
            _ => throw new NativeRuntimeException($"'{text}' is not a device; write auto, cpu, cuda, or cuda:N with N counted from 0."),
        };
    }

    /// <summary>The device itself; loads libtorch if that has not happened.</summary>
    /// <exception cref="NativeRuntimeException">There is no such device, or libtorch cannot be loaded.</exception>
    public Device Resolve()
    {
        NativeRuntimeInfo runtime = NativeRuntime.Load();
        int count = Type == DeviceType.CPU ? 0 : CudaDevices();
        if (Type == DeviceType.CPU || (Type is null && count == 0))
        {
            return device(DeviceType.CPU);
        }

        if (Index < count)
        {
            return device(DeviceType.CUDA, Index);
        }

        throw new NativeRuntimeException(count > 0
            ? $"{this}: there is no such device, CUDA has {count} here; write cuda:0 to cuda:{count - 1}."
            : runtime.HasCudaLibraries
                ? $"{this}: libtorch in {runtime.LibTorch.Path} finds no CUDA device; check the driver with nvidia-smi, or use the device cpu."
                : $"{this}: libtorch in {runtime.LibTorch.Path} is built without CUDA; name one with CUDA with --libtorch, or use the device cpu.");
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Type switch
    {
        null => "auto",
        DeviceType.CPU => "cpu",
        _ => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
    };

    private static int CudaDevices() => cuda.is_available() ? cuda.device_count() : 0;
}
