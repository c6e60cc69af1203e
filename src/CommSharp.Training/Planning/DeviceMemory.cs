using CommSharp.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Planning;

/// <summary>The memory that a training has.</summary>
/// <param name="IsGpu">Whether it is a GPU's; data then waits in main memory.</param>
/// <param name="Total">All of it, in bytes; null where nothing tells.</param>
/// <param name="Available">What is free of it now, what caches would give back included.</param>
public sealed record DeviceMemory(bool IsGpu, long? Total, long? Available)
{
    /// <summary>A machine that is not this one.</summary>
    /// <param name="isGpu">Whether the memory is a GPU's.</param>
    /// <param name="bytes">How much there is.</param>
    public static DeviceMemory Given(bool isGpu, long bytes) => new(isGpu, bytes, bytes);

    /// <summary>What a device of this machine has. TorchSharp does not tell a GPU's.</summary>
    /// <param name="device">The device.</param>
    public static DeviceMemory Of(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.type != DeviceType.CPU)
        {
            return new DeviceMemory(IsGpu: true, null, null);
        }

        var machine = MachineFacts.Read();
        return new DeviceMemory(IsGpu: false, machine.MemoryTotal, machine.MemoryAvailable);
    }
}
