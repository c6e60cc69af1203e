using System.Globalization;
using CommSharp.Runtime;

namespace CommSharp.Cli.Doctor;

/// <summary>Looks at the machine, at libtorch and at a device, and stops where going on makes no sense.</summary>
internal static class Diagnosis
{
    private const long SmallMemory = 4L << 30;       // a 1B model in bfloat16 and its caches
    private static readonly string[] UsualOnX64 = ["avx2", "fma"];

    /// <param name="loadRuntime">Loads libtorch; throws what is wrong with it.</param>
    /// <param name="device">The device to check.</param>
    /// <param name="cancellationToken">Stops between two checks.</param>
    public static DoctorReport Run(Func<NativeRuntimeInfo> loadRuntime, DeviceChoice device, CancellationToken cancellationToken)
    {
        MachineFacts machine = MachineFacts.Read();
        List<Check> checks = [.. OfMachine(machine)];
        NativeRuntimeInfo? runtime = null;
        TorchSharp.torch.Device? resolved = null;
        try
        {
            runtime = loadRuntime();
            checks.Add(OfRuntime(runtime));
            resolved = device.Resolve();
            checks.Add(new("device", CheckState.Ok, $"{device} is {resolved}"));
        }
        catch (NativeRuntimeException e)
        {
            checks.Add(new(runtime is null ? "libtorch" : "device", CheckState.Failed, e.Message));
        }

        foreach (Func<TorchSharp.torch.Device, Check> check in resolved is null ? [] : DeviceChecks.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            checks.Add(check(resolved!));
        }

        return new() { Machine = machine, Runtime = runtime, Device = resolved?.ToString(), Checks = checks };
    }

    private static IEnumerable<Check> OfMachine(MachineFacts machine)
    {
        bool isX64 = machine.Platform.EndsWith("-x64", StringComparison.Ordinal);
        string[] missing = isX64 ? [.. UsualOnX64.Except(machine.InstructionSets)] : [];
        yield return missing.Length == 0
            ? new("processor", CheckState.Ok, $"{machine.Processor}, {Cores(machine.Cores)}{List(machine.InstructionSets)}")
            : new("processor", CheckState.Warning, $"{machine.Processor} lacks {string.Join(" and ", missing)}",
                "It will work, slowly; in a virtual machine, pass the host's processor through.");

        string memory = $"{Gigabytes(machine.MemoryAvailable)} GB of {Gigabytes(machine.MemoryTotal)} GB free";
        yield return machine.MemoryAvailable >= SmallMemory
            ? new("memory", CheckState.Ok, memory)
            : new("memory", CheckState.Warning, memory, "Enough for small models only; end other programs or raise the container's limit.");
    }

    private static Check OfRuntime(NativeRuntimeInfo runtime)
    {
        string copy = runtime.WeakenedVersions.Count == 0
            ? ""
            : $", with a private copy of its binding that does without {string.Join(", ", runtime.WeakenedVersions)}";
        string found = $"{runtime.LibTorch.Version ?? "of unknown version"} from {runtime.LibTorch.Path} ({Origin(runtime.LibTorch.Source)}){copy}";
        return runtime.Warnings.Count == 0
            ? new("libtorch", CheckState.Ok, found)
            : new("libtorch", CheckState.Warning, found, string.Join(" ", runtime.Warnings));
    }

    private static string Origin(LibTorchSource source) => source switch
    {
        LibTorchSource.AlreadyLoaded => "loaded already",
        LibTorchSource.Option => "from --libtorch",
        LibTorchSource.EnvironmentVariable => "from COMMSHARP_LIBTORCH",
        LibTorchSource.Program => "beside the program",
        LibTorchSource.RuntimeConfiguration => "named by the build",
        LibTorchSource.NuGetPackages => "a NuGet package",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "No such origin."),
    };

    private static string Cores(int count) => count == 1 ? "1 core" : $"{count} cores";

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "" : $", {string.Join(" ", names)}";

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
