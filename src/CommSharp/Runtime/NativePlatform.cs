using System.Runtime.InteropServices;

namespace CommSharp.Runtime;

/// <summary>How native libraries are called on an operating system, and the identifier under which NuGet packages keep them.</summary>
internal sealed record NativePlatform(string RuntimeIdentifier, string Prefix, string Suffix)
{
    private static readonly string[] CpuLibraries = ["c10", "torch_cpu"];
    private static readonly string[] CudaLibraries = ["c10_cuda", "torch_cuda"];

    public static NativePlatform Current { get; } = Detect();

    public string TorchCpu => FileName("torch_cpu");

    public string Binding => FileName("LibTorchSharp");

    public string FileName(string library) => Prefix + library + Suffix;

    /// <summary>Where a package keeps this platform's libraries, relative to the package or to a program.</summary>
    public string PackageSubfolder => Path.Combine("runtimes", RuntimeIdentifier, "native");

    public bool HasCuda(string folder) => File.Exists(Path.Combine(folder, FileName("torch_cuda")));

    /// <summary>Full paths in an order in which each library finds the ones that it needs already loaded, whatever the search path says.</summary>
    public IReadOnlyList<string> LoadOrder(string folder)
    {
        string[] cuda = HasCuda(folder) ? CudaLibraries : [];
        return [.. CpuLibraries.Concat(cuda).Append("torch").Select(name => Path.Combine(folder, FileName(name))).Where(File.Exists)];
    }

    private static NativePlatform Detect()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (OperatingSystem.IsWindows())
        {
            return new("win-" + architecture, "", ".dll");
        }

        return OperatingSystem.IsMacOS() ? new("osx-" + architecture, "lib", ".dylib") : new("linux-" + architecture, "lib", ".so");
    }
}
