namespace CommSharp.Runtime;

/// <summary>What <see cref="NativeRuntime.Load"/> brought into the process.</summary>
public sealed record NativeRuntimeInfo
{
    /// <summary>The libtorch in use.</summary>
    public required LibTorchFolder LibTorch { get; init; }

    /// <summary>The libtorch version that TorchSharp was built for, such as "2.10".</summary>
    public required string ExpectedVersion { get; init; }

    /// <summary>True when this libtorch carries CUDA; whether a device answers is another question.</summary>
    public required bool HasCudaLibraries { get; init; }

    /// <summary>The full path of TorchSharp's native library as loaded.</summary>
    public required string BindingPath { get; init; }

    /// <summary>
    /// The symbol versions that this system lacks and the binding does not use, such as "GLIBCXX_3.4.32"; when there are any, <see
    /// cref="BindingPath"/> is a private copy in which they are optional.
    /// </summary>
    public required IReadOnlyList<string> WeakenedVersions { get; init; }

    /// <summary>What may go wrong later, one line each with the remedy; empty when all is as expected.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
