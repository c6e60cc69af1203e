namespace CommSharp.Runtime;

/// <summary>The steps behind <see cref="NativeRuntime.Load"/>.</summary>
internal static class NativeRuntimeLoading
{
    public static (NativeRuntimeInfo Info, nint Binding) Load(NativeRuntimeOptions options, LibTorchSearch search)
    {
        OpenMpThreads.SleepWhileWaiting();
        LibTorchFolder libTorch = LoadLibTorch(Choose(search), search.Platform);
        TorchBinding binding = TorchBinding.Prepare(search, options.CacheFolder);
        nint handle = LoadBinding(binding, libTorch);
        NativeRuntimeInfo info = new()
        {
            LibTorch = libTorch,
            ExpectedVersion = LibTorchVersion.Expected,
            HasCudaLibraries = search.Platform.HasCuda(libTorch.Path),
            BindingPath = binding.Path,
            WeakenedVersions = binding.WeakenedVersions,
            Warnings = Warnings(libTorch),
        };
        return (info, handle);
    }

    /// <exception cref="NativeRuntimeException">The two are not the same folder.</exception>
    public static void RequireSame(LibTorchFolder wished, LibTorchFolder loaded)
    {
        if (!IsSame(wished.Path, loaded.Path))
        {
            throw new NativeRuntimeException(
                $"{wished.Path}: cannot be used, because libtorch has been loaded from {loaded.Path} already; choose it before the first tensor is made.");
        }
    }

    /// <summary>One line for each thing about this libtorch that may go wrong later.</summary>
    public static IReadOnlyList<string> Warnings(LibTorchFolder libTorch) => libTorch.Version switch
    {
        null => [$"{libTorch.Path}: the version of this libtorch is unknown; TorchSharp was built for {LibTorchVersion.Expected}."],
        { } version when LibTorchVersion.IsExpected(version) => [],
        { } version =>
        [
            $"{libTorch.Path}: this is libtorch {version}, but TorchSharp was built for {LibTorchVersion.Expected}; results may be wrong, "
            + $"use a libtorch {LibTorchVersion.Expected}.",
        ],
    };

    /// <exception cref="NativeRuntimeException">TorchSharp would load a second libtorch beside the chosen one.</exception>
    internal static void RequireAlone(LibTorchFolder chosen, NativePlatform platform, IEnumerable<string> probed)
    {
        string? other = probed.FirstOrDefault(folder => File.Exists(Path.Combine(folder, platform.TorchCpu)) && !IsSame(folder, chosen.Path));
        if (other is not null)
        {
            throw new NativeRuntimeException(
                $"{chosen.Path}: cannot be used while another libtorch lies in {other}, because TorchSharp would load both and the process would end; "
                + $"move that one to {Path.Combine(AppContext.BaseDirectory, "libtorch")} or remove it.");
        }
    }

    private static LibTorchFolder Choose(LibTorchSearch search)
    {
        LibTorchFolder? present = LoadedModules.Find(search.Platform.TorchCpu) is { } path && Path.GetDirectoryName(path) is { } folder
            ? new(folder, LibTorchSource.AlreadyLoaded, LibTorchVersion.Read(folder))
            : null;
        if (present is not null)
        {
            if (!string.IsNullOrEmpty(search.Option))
            {
                RequireSame(search.Find(), present);
            }

            return present;
        }

        LibTorchFolder chosen = search.Find();
        RequireAlone(chosen, search.Platform, ProbedByDotNet());
        return chosen;
    }

    // TorchSharp also loads "torch_cpu" by name, and .NET looks for that name in these folders before it takes what is loaded.
    private static IEnumerable<string> ProbedByDotNet() =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory);

    private static LibTorchFolder LoadLibTorch(LibTorchFolder libTorch, NativePlatform platform)
    {
        nint torchCpu = 0;
        foreach (string library in platform.LoadOrder(libTorch.Path))
        {
            try
            {
                nint handle = NativeLoader.Load(library);
                if (Path.GetFileName(library) == platform.TorchCpu)
                {
                    torchCpu = handle;
                }
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw Refused(library, libTorch, e);
            }
        }

        return libTorch.Version is null ? libTorch with { Version = LibTorchVersion.Ask(torchCpu) } : libTorch;
    }

    private static nint LoadBinding(TorchBinding binding, LibTorchFolder libTorch)
    {
        try
        {
            return NativeLoader.LoadComplete(binding.Path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Refused(binding.Path, libTorch, e);
        }
        finally
        {
            if (binding.IsTemporary)
            {
                Directory.Delete(Path.GetDirectoryName(binding.Path)!, recursive: true);      // the mapping outlives the file's name
            }
        }
    }

    private static NativeRuntimeException Refused(string library, LibTorchFolder libTorch, Exception cause)
    {
        bool mismatch = libTorch.Version is { } version && !LibTorchVersion.IsExpected(version);
        string remedy = mismatch
            ? $"The libtorch in {libTorch.Path} is {libTorch.Version}, TorchSharp was built for {LibTorchVersion.Expected}: use that version."
            : $"Restore the folder {libTorch.Path}, or name another libtorch {LibTorchVersion.Expected} with --libtorch or {LibTorchSearch.EnvironmentVariable}.";
        return new($"{library}: the system refuses to load it ({FirstLine(cause.Message)}). {remedy}", cause);
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim().TrimEnd('.');

    private static bool IsSame(string a, string b) => string.Equals(RealPath(a), RealPath(b),
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static string RealPath(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }
}
