using System.Diagnostics;

namespace CommSharp.Runtime;

/// <summary>The native libraries that the process has mapped, which is what the loader really took, whatever the search paths say.</summary>
internal static class LoadedModules
{
    /// <summary>The full path of the library loaded under a file name; on Linux also under that name with a version behind it.</summary>
    public static string? Find(string fileName)
    {
        using Process process = Process.GetCurrentProcess();
        return process.Modules
            .Cast<ProcessModule>()
            .Where(module => IsNamed(module.ModuleName, fileName))
            .Select(module => module.FileName)
            .FirstOrDefault();
    }

    // The mapped file is what the link libstdc++.so.6 leads to: libstdc++.so.6.0.30.
    private static bool IsNamed(string module, string fileName) =>
        module.Equals(fileName, StringComparison.Ordinal)
        || (OperatingSystem.IsLinux() && module.StartsWith(fileName + ".", StringComparison.Ordinal));
}
