using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace CommSharp.Runtime;

/// <summary>Tells the version of a libtorch from the files around it, or from the loaded library itself.</summary>
internal static partial class LibTorchVersion
{
    /// <summary>Major and minor of the libtorch that the referenced TorchSharp was compiled against; patch releases keep the binary interface.</summary>
    public const string Expected = "2.10";

    /// <summary>The version, as written by whoever packed the folder, or null when nothing tells.</summary>
    public static string? Read(string folder)
    {
        string? parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder));
        if (parent is null)
        {
            return null;
        }

        return FromFile(Path.Combine(parent, "version.py"), PythonVersion())          // PyTorch install: torch/lib
            ?? FromFile(Path.Combine(parent, "build-version"), PlainVersion())        // libtorch archive: libtorch/lib
            ?? FromFile(Path.Combine(parent, "include", "torch", "version.h"), HeaderVersion())
            ?? FromPackage(folder);
    }

    /// <summary>The version that a loaded torch_cpu reports; libtorch before 2.9 reports none.</summary>
    public static unsafe string? Ask(nint torchCpu)
    {
        if (!NativeLibrary.TryGetExport(torchCpu, "aoti_torch_abi_version", out nint export))
        {
            return null;
        }

        ulong version = ((delegate* unmanaged<ulong>)export)();       // one byte each from the top: major, minor, patch
        return $"{version >> 56}.{(version >> 48) & 0xff}.{(version >> 40) & 0xff}";
    }

    public static bool IsExpected(string version) => version == Expected || version.StartsWith(Expected + ".", StringComparison.Ordinal);

    private static string? FromFile(string file, Regex pattern)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        Match match = pattern.Match(File.ReadAllText(file));
        return match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>A NuGet package lies in id/version/runtimes/rid/native.</summary>
    private static string? FromPackage(string folder)
    {
        string[] parts = Path.GetFullPath(folder).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts is [.., var id, var version, "runtimes", _, "native"] && id.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase)
            ? version
            : null;
    }

    [GeneratedRegex("""^__version__\s*=\s*['"]([0-9][^'"\s]*)['"]""", RegexOptions.Multiline)]
    private static partial Regex PythonVersion();

    [GeneratedRegex("""^\s*([0-9]\S*)""")]
    private static partial Regex PlainVersion();

    [GeneratedRegex("^#define\\s+TORCH_VERSION\\s+\"([0-9][^\"]*)\"", RegexOptions.Multiline)]
    private static partial Regex HeaderVersion();
}
