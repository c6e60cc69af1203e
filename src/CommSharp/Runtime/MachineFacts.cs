using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CommSharp.Runtime;

/// <summary>What the machine offers to a computation, read once.</summary>
public sealed record MachineFacts
{
    /// <summary>The processor's name, such as "AMD EPYC 9554 64-Core Processor".</summary>
    public required string Processor { get; init; }

    /// <summary>The logical processors that this process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>The instruction sets that libtorch's kernels choose by, of avx2, fma, f16c, avx512f, avx512_bf16 and amx_bf16 those that are there.</summary>
    public required IReadOnlyList<string> InstructionSets { get; init; }

    /// <summary>The memory that this process may use, in bytes; a container's limit where there is one.</summary>
    public required long MemoryTotal { get; init; }

    /// <summary>The memory that is free now, in bytes.</summary>
    public required long MemoryAvailable { get; init; }

    /// <summary>The operating system's name and version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The identifier by which NuGet packages tell platforms apart, such as "linux-x64".</summary>
    public required string Platform { get; init; }

    /// <summary>The .NET version, such as ".NET 10.0.1".</summary>
    public required string DotNet { get; init; }

    /// <summary>The version of glibc, such as "2.36"; null where there is none.</summary>
    public required string? Glibc { get; init; }

    /// <summary>The newest symbol version of libstdc++, such as "GLIBCXX_3.4.30"; null where there is none.</summary>
    public required string? LibStdCxx { get; init; }

    /// <summary>Reads the facts of the machine that this process runs on.</summary>
    public static MachineFacts Read()
    {
        long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new()
        {
            Processor = ProcessorName(),
            Cores = Environment.ProcessorCount,
            InstructionSets = ReadInstructionSets(),
            MemoryTotal = total,
            MemoryAvailable = Math.Min(total, FreeMemory() ?? total),
            OperatingSystem = RuntimeInformation.OSDescription,
            Platform = NativePlatform.Current.RuntimeIdentifier,
            DotNet = RuntimeInformation.FrameworkDescription,
            Glibc = NewestVersion("libc.so.6", "GLIBC_")?["GLIBC_".Length..],
            LibStdCxx = NewestVersion("libstdc++.so.6", "GLIBCXX_"),
        };
    }

    private static string ProcessorName()
    {
        string? name = System.OperatingSystem.IsWindows()
            ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            : ValueOf("/proc/cpuinfo", "model name");
        return string.IsNullOrWhiteSpace(name) ? $"unnamed {RuntimeInformation.ProcessArchitecture} processor" : name.Trim();
    }

    private static List<string> ReadInstructionSets()
    {
        List<string> sets = [];
        Add(sets, "avx2", Avx2.IsSupported);
        Add(sets, "fma", Fma.IsSupported);
        if (!X86Base.IsSupported)
        {
            return sets;
        }

        (_, _, int features, _) = X86Base.CpuId(1, 0);
        Add(sets, "f16c", Avx.IsSupported && (features & (1 << 29)) != 0);
        Add(sets, "avx512f", Avx512F.IsSupported);
        (int leaves, _, _, int extended) = X86Base.CpuId(7, 0);
        Add(sets, "avx512_bf16", Avx512F.IsSupported && leaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0);
        Add(sets, "amx_bf16", (extended & (1 << 22)) != 0);
        return sets;
    }

    private static void Add(List<string> sets, string name, bool present)
    {
        if (present)
        {
            sets.Add(name);
        }
    }

    /// <summary>The bytes that a program could still take, the page cache among them; null where the system does not tell.</summary>
    internal static long? FreeMemory()
    {
        // "MemAvailable:   23456789 kB" counts what the page cache would give back.
        string? available = ValueOf("/proc/meminfo", "MemAvailable")?.Split(' ', 2)[0];
        if (long.TryParse(available, NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes))
        {
            return kibibytes * 1024;
        }

        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return memory.MemoryLoadBytes > 0 ? memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes : null;
    }

    private static string? ValueOf(string file, string key) => !File.Exists(file) ? null : File.ReadLines(file)
        .Where(line => line.StartsWith(key, StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();

    private static string? NewestVersion(string library, string prefix)
    {
        if (LoadedModules.Find(library) is not { } path)
        {
            return null;
        }

        return ElfImage.Read(path).DefinedVersions
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && Version.TryParse(name[prefix.Length..], out _))
            .MaxBy(name => Version.Parse(name[prefix.Length..]));
    }
}
