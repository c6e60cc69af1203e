namespace CommSharp.Runtime;

/// <summary>Who decided which libtorch is used.</summary>
public enum LibTorchSource
{
    /// <summary>It had been loaded into the process before anybody asked.</summary>
    AlreadyLoaded,

    /// <summary><see cref="NativeRuntimeOptions.LibTorchFolder"/>, on the command line <c>--libtorch</c>.</summary>
    Option,

    /// <summary>The environment variable COMMSHARP_LIBTORCH.</summary>
    EnvironmentVariable,

    /// <summary>It lies beside the program.</summary>
    Program,

    /// <summary>The build named it in the program's runtimeconfig (<c>CommSharp.LibTorch</c>).</summary>
    RuntimeConfiguration,

    /// <summary>It is among the restored NuGet packages.</summary>
    NuGetPackages,
}

/// <summary>A folder that holds libtorch.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Source">Who decided to use it.</param>
/// <param name="Version">Its version, such as "2.10.0+cu128", or null when nothing tells.</param>
public sealed record LibTorchFolder(string Path, LibTorchSource Source, string? Version);
