using System.Reflection;
using CommSharp.Runtime;
using SkiaSharp;
using TorchSharp;

namespace CommSharp.Training.Tracking.Cards;

/// <summary>The versions of the programs that took part.</summary>
/// <param name="CommSharp">This library, with the commit that it was built from where the build knew it.</param>
/// <param name="DotNet">.NET, such as ".NET 10.0.1".</param>
/// <param name="TorchSharp">TorchSharp.</param>
/// <param name="LibTorch">libtorch; null when nothing tells.</param>
/// <param name="SkiaSharp">SkiaSharp, which decodes pictures.</param>
/// <param name="OperatingSystem">The operating system.</param>
public sealed record CardVersions(string CommSharp, string DotNet, string TorchSharp, string? LibTorch, string SkiaSharp, string OperatingSystem)
{
    /// <summary>The versions of this process.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="runtime">What was loaded; null where libtorch was not loaded through CommSharp.</param>
    public static CardVersions Of(MachineFacts machine, NativeRuntimeInfo? runtime)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return new CardVersions(
            Version(typeof(CardVersions)), machine.DotNet, Version(typeof(torch)), runtime?.LibTorch.Version, Version(typeof(SKBitmap)), machine.OperatingSystem);
    }

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? type.Assembly.GetName().Version!.ToString();
}

/// <summary>The machine, as far as it decides results and speed.</summary>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">The logical processors that the process may use.</param>
/// <param name="InstructionSets">Those that libtorch's kernels choose by.</param>
/// <param name="MemoryBytes">The memory that the process may use.</param>
/// <param name="Device">What is computed on, such as "cpu" or "cuda:0, NVIDIA A100".</param>
public sealed record CardHardware(string Processor, int Cores, IReadOnlyList<string> InstructionSets, long MemoryBytes, string Device)
{
    /// <summary>This machine.</summary>
    /// <param name="machine">Its facts.</param>
    /// <param name="device">What is computed on.</param>
    public static CardHardware Of(MachineFacts machine, string device)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return new CardHardware(machine.Processor, machine.Cores, machine.InstructionSets, machine.MemoryTotal, device);
    }
}
