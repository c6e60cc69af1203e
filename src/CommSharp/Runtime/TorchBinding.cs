using TorchSharp;

namespace CommSharp.Runtime;

/// <summary>TorchSharp's native library, in a form that this system's loader accepts.</summary>
/// <param name="Path">The file to load.</param>
/// <param name="WeakenedVersions">The symbol versions that were made optional in it; empty for the file as delivered.</param>
/// <param name="IsTemporary">Whether the file is to be deleted once loaded.</param>
internal sealed record TorchBinding(string Path, IReadOnlyList<string> WeakenedVersions, bool IsTemporary)
{
    /// <summary>Finds the library, and makes the private copy if this system needs one.</summary>
    /// <exception cref="NativeRuntimeException">There is none, it is damaged, or this system is too old for it.</exception>
    public static TorchBinding Prepare(LibTorchSearch search, string? cacheFolder)
    {
        string path = Find(search);
        if (!OperatingSystem.IsLinux())
        {
            return new(path, [], false);
        }

        ElfImage image = ElfImage.Read(path);
        IReadOnlyList<NeededVersion> missing = SymbolVersions.Missing(image, SystemLibrary);
        if (missing.Count == 0)
        {
            return new(path, [], false);
        }

        byte[] copy = SymbolVersions.Weaken(image, missing);
        (string copyPath, bool temporary) = Store(System.IO.Path.GetFileName(path), copy, cacheFolder);
        return new(copyPath, [.. missing.Select(version => version.Name)], temporary);
    }

    /// <summary>Beside the program, below it, beside TorchSharp's assembly, or in TorchSharp's package.</summary>
    private static string Find(LibTorchSearch search)
    {
        NativePlatform platform = search.Platform;
        System.Reflection.AssemblyName torchSharp = typeof(torch).Assembly.GetName();
        string version = torchSharp.Version?.ToString(3) ?? "";
        string?[] folders =
        [
            search.ProgramFolder,
            search.ProgramFolder is { } program ? System.IO.Path.Combine(program, platform.PackageSubfolder) : null,
            System.IO.Path.GetDirectoryName(typeof(torch).Assembly.Location),
            search.PackagesFolder is { } packages ? System.IO.Path.Combine(packages, "torchsharp", version, platform.PackageSubfolder) : null,
        ];
        string[] looked = [.. folders.OfType<string>().Where(folder => folder.Length > 0)];
        return looked.Select(folder => System.IO.Path.Combine(folder, platform.Binding)).FirstOrDefault(File.Exists)
            ?? throw new NativeRuntimeException(
                $"TorchSharp {version} has no native library for {platform.RuntimeIdentifier} here (no {platform.Binding} in {string.Join(", ", looked)}): "
                + "use linux-x64, win-x64 or osx-arm64, and restore the NuGet package TorchSharp.");
    }

    // The C and C++ libraries are in the process already, .NET itself needs them; what is mapped is what the loader will take for TorchSharp too.
    private static ElfImage? SystemLibrary(string soname) => LoadedModules.Find(soname) is { } path ? ElfImage.Read(path) : null;

    private static (string Path, bool IsTemporary) Store(string name, byte[] content, string? cacheFolder)
    {
        try
        {
            return (new NativeCopyCache(cacheFolder ?? NativeCopyCache.DefaultFolder).Store(name, content), false);
        }
        catch (Exception e) when (cacheFolder is null && e is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written is usual in containers; a folder for this process alone does as well.
            return (new NativeCopyCache(Directory.CreateTempSubdirectory("commsharp-").FullName).Store(name, content), true);
        }
    }
}
