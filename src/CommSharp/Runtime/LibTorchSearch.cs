namespace CommSharp.Runtime;

/// <summary>The places where libtorch may lie, in the order in which they are asked. Only the first two are wishes; the others may be empty.</summary>
internal sealed record LibTorchSearch
{
    public const string EnvironmentVariable = "COMMSHARP_LIBTORCH";
    public const string ConfigurationKey = "CommSharp.LibTorch";

    public required NativePlatform Platform { get; init; }

    /// <summary>The caller's wish; a wish that cannot be met is an error, never a reason to look elsewhere.</summary>
    public string? Option { get; init; }

    public string? EnvironmentValue { get; init; }

    public string? ProgramFolder { get; init; }

    public string? ConfiguredFolder { get; init; }

    public string? PackagesFolder { get; init; }

    /// <summary>The search of this process.</summary>
    public static LibTorchSearch OfProcess(string? option) => new()
    {
        Platform = NativePlatform.Current,
        Option = option,
        EnvironmentValue = Environment.GetEnvironmentVariable(EnvironmentVariable),
        ProgramFolder = AppContext.BaseDirectory,
        ConfiguredFolder = AppContext.GetData(ConfigurationKey) as string,
        PackagesFolder = NuGetPackagesFolder(),
    };

    /// <summary>The first folder that holds libtorch.</summary>
    /// <exception cref="NativeRuntimeException">A wish cannot be met, or nothing was found.</exception>
    public LibTorchFolder Find()
    {
        if (!string.IsNullOrEmpty(Option))
        {
            return Wished(Option, LibTorchSource.Option, "the libtorch folder asked for");
        }

        if (!string.IsNullOrEmpty(EnvironmentValue))
        {
            return Wished(EnvironmentValue, LibTorchSource.EnvironmentVariable, $"the folder in {EnvironmentVariable}");
        }

        List<string> looked = [];
        foreach ((string folder, LibTorchSource source) in Candidates())
        {
            if (Holds(folder))
            {
                return Describe(folder, source);
            }

            looked.Add(folder);
        }

        throw new NativeRuntimeException(
            $"libtorch was not found (no {Platform.TorchCpu} in {string.Join(", ", looked)}): restore the NuGet package "
            + $"libtorch-cpu-{Platform.RuntimeIdentifier}, or name the folder of a libtorch {LibTorchVersion.Expected} with --libtorch or {EnvironmentVariable}.");
    }

    private IEnumerable<(string Folder, LibTorchSource Source)> Candidates()
    {
        if (!string.IsNullOrEmpty(ProgramFolder))
        {
            yield return (Path.Combine(ProgramFolder, "libtorch"), LibTorchSource.Program);
            yield return (ProgramFolder, LibTorchSource.Program);
            yield return (Path.Combine(ProgramFolder, Platform.PackageSubfolder), LibTorchSource.Program);
        }

        if (!string.IsNullOrEmpty(ConfiguredFolder))
        {
            yield return (ConfiguredFolder, LibTorchSource.RuntimeConfiguration);
        }

        if (!string.IsNullOrEmpty(PackagesFolder))
        {
            yield return (NewestPackage(PackagesFolder), LibTorchSource.NuGetPackages);
        }
    }

    private LibTorchFolder Wished(string folder, LibTorchSource source, string what)
    {
        string? found = new[] { folder, Path.Combine(folder, "lib") }.FirstOrDefault(Holds);
        return found is not null
            ? Describe(found, source)
            : throw new NativeRuntimeException(Directory.Exists(folder)
                ? $"{folder}: {what} holds no {Platform.TorchCpu}; name the folder that does, such as torch/lib of a PyTorch install."
                : $"{folder}: {what} does not exist; name a folder that holds {Platform.TorchCpu}, such as torch/lib of a PyTorch install.");
    }

    private bool Holds(string folder) => File.Exists(Path.Combine(folder, Platform.TorchCpu));

    private static LibTorchFolder Describe(string folder, LibTorchSource source)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return new(full, source, LibTorchVersion.Read(full));
    }

    // A package of another version would load and then fail in use, so only one that TorchSharp was built for is taken without being asked for.
    private string NewestPackage(string packages)
    {
        string package = Path.Combine(packages, $"libtorch-cpu-{Platform.RuntimeIdentifier}");
        string? newest = !Directory.Exists(package) ? null : Directory.EnumerateDirectories(package)
            .Select(folder => (Folder: folder, Name: Path.GetFileName(folder)))
            .Where(candidate => LibTorchVersion.IsExpected(candidate.Name) && Version.TryParse(candidate.Name, out _))
            .OrderByDescending(candidate => Version.Parse(candidate.Name))
            .Select(candidate => candidate.Folder)
            .FirstOrDefault();
        return Path.Combine(newest ?? package, Platform.PackageSubfolder);
    }

    private static string NuGetPackagesFolder()
    {
        string? named = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        return !string.IsNullOrEmpty(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
    }
}
