namespace CommSharp.Runtime;

/// <summary>What a program may decide about loading libtorch; every member has a default that works.</summary>
public sealed record NativeRuntimeOptions
{
    /// <summary>
    /// The folder of the libtorch to use, such as <c>torch/lib</c> of a PyTorch install; a folder whose <c>lib</c> holds it will do. Null looks,
    /// in this order, at the environment variable COMMSHARP_LIBTORCH, beside the program, at the folder that the build named, and among the
    /// restored NuGet packages.
    /// </summary>
    public string? LibTorchFolder { get; init; }

    /// <summary>
    /// Where to keep the private copy of TorchSharp's native library, if one is needed. Null takes <c>commsharp/native</c> in the user's cache
    /// folder.
    /// </summary>
    public string? CacheFolder { get; init; }
}
