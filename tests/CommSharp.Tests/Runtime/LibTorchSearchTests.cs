using CommSharp.Runtime;

namespace CommSharp.Tests.Runtime;

public sealed class LibTorchSearchTests : IDisposable
{
    private static readonly NativePlatform Linux = new("linux-x64", "lib", ".so");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_order_is_option_environment_program_configuration_packages()
    {
        LibTorchSearch search = new()
        {
            Platform = Linux,
            Option = WithLibTorch("option"),
            EnvironmentValue = WithLibTorch("environment"),
            ProgramFolder = WithLibTorch("program"),
            ConfiguredFolder = WithLibTorch("configured"),
            PackagesFolder = _folder["packages"],
        };
        WithLibTorch("packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native");

        Assert.Equal(LibTorchSource.Option, search.Find().Source);
        search = search with { Option = null };
        Assert.Equal(LibTorchSource.EnvironmentVariable, search.Find().Source);
        search = search with { EnvironmentValue = "" };
        Assert.Equal(LibTorchSource.Program, search.Find().Source);
        search = search with { ProgramFolder = _folder["empty"] };
        Assert.Equal(LibTorchSource.RuntimeConfiguration, search.Find().Source);
        search = search with { ConfiguredFolder = _folder["gone"] };
        Assert.Equal(LibTorchSource.NuGetPackages, search.Find().Source);
    }

    [Theory]
    [InlineData("program/libtorch")]
    [InlineData("program")]
    [InlineData("program/runtimes/linux-x64/native")]
    public void A_program_keeps_it_in_one_of_three_places(string place)
    {
        string folder = WithLibTorch(place);

        Assert.Equal(folder, new LibTorchSearch { Platform = Linux, ProgramFolder = _folder["program"] }.Find().Path);
    }

    [Fact]
    public void An_install_may_be_named_by_the_folder_above_lib()
    {
        string lib = WithLibTorch("torch/lib");

        Assert.Equal(lib, new LibTorchSearch { Platform = Linux, Option = _folder["torch"] }.Find().Path);
    }

    [Fact]
    public void A_wish_that_cannot_be_met_is_an_error_though_another_lib_torch_is_there()
    {
        LibTorchSearch search = new() { Platform = Linux, Option = _folder["nowhere"], ProgramFolder = WithLibTorch("program") };
        Directory.CreateDirectory(_folder["empty"]);

        Assert.Contains("does not exist", Message(search), StringComparison.Ordinal);
        Assert.Contains("holds no libtorch_cpu.so", Message(search with { Option = _folder["empty"] }), StringComparison.Ordinal);
        Assert.Contains("COMMSHARP_LIBTORCH", Message(search with { Option = null, EnvironmentValue = _folder["x"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_packages_only_a_matching_version_is_taken_and_of_those_the_newest()
    {
        foreach (string version in new[] { "2.7.1", "2.10.0", "2.10.2", "2.11.0" })
        {
            WithLibTorch($"packages/libtorch-cpu-linux-x64/{version}/runtimes/linux-x64/native");
        }

        Assert.Equal("2.10.2", new LibTorchSearch { Platform = Linux, PackagesFolder = _folder["packages"] }.Find().Version);
    }

    [Fact]
    public void Nothing_found_names_the_places_and_the_package()
    {
        string message = Message(new() { Platform = Linux, ProgramFolder = _folder["program"], PackagesFolder = _folder["packages"] });

        Assert.Contains(_folder["program"], message, StringComparison.Ordinal);
        Assert.Contains("libtorch-cpu-linux-x64", message, StringComparison.Ordinal);
        Assert.Contains("--libtorch", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torch/version.py", "from typing import Optional\n__version__ = '2.10.0+cu128'\ncuda = '12.8'\n", "torch/lib", "2.10.0+cu128")]
    [InlineData("libtorch/build-version", "2.7.1+cpu\n", "libtorch/lib", "2.7.1+cpu")]
    [InlineData("dev/include/torch/version.h", "/// x\n#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION \"2.9.1\"\n", "dev/lib", "2.9.1")]
    [InlineData("other/readme", "2.10.0", "other/lib", null)]
    public void The_version_is_read_from_the_files_around(string file, string text, string lib, string? expected)
    {
        _folder.Write(file, text);

        Assert.Equal(expected, LibTorchVersion.Read(WithLibTorch(lib)));
    }

    [Theory]
    [InlineData("2.10.0", true)]
    [InlineData("2.10.1+cu128", true)]
    [InlineData("2.1.0", false)]
    [InlineData("2.100.0", false)]
    public void Patch_releases_are_the_same_version(string version, bool expected) => Assert.Equal(expected, LibTorchVersion.IsExpected(version));

    public void Dispose() => _folder.Dispose();

    private static string Message(LibTorchSearch search) => Assert.Throws<NativeRuntimeException>(search.Find).Message;

    private string WithLibTorch(string folder) => Path.GetDirectoryName(_folder.Write(folder + "/libtorch_cpu.so"))!;
}
