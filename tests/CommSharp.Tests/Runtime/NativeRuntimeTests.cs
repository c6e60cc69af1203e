using System.Runtime.InteropServices;
using CommSharp.Runtime;
using TorchSharp;

namespace CommSharp.Tests.Runtime;

public sealed class NativeRuntimeTests
{
    private static readonly NativePlatform Linux = new("linux-x64", "lib", ".so");

    [Fact]
    public void Loading_is_done_once_for_all_threads()
    {
        NativeRuntimeInfo[] loaded = new NativeRuntimeInfo[8];
        Parallel.For(0, loaded.Length, i => loaded[i] = NativeRuntime.Load());

        Assert.All(loaded, info => Assert.Same(loaded[0], info));
        Assert.Same(loaded[0], NativeRuntime.Loaded);
        Assert.Empty(loaded[0].Warnings);
        Assert.Equal(6, torch.ones(2, 3).sum().item<float>());
    }

    [Fact]
    public void The_expected_version_is_the_one_torch_sharp_names() =>
        Assert.StartsWith(LibTorchVersion.Expected + ".", torch.__version__, StringComparison.Ordinal);

    [Fact]
    public void The_loaded_library_tells_the_version_that_its_package_names()
    {
        LibTorchFolder libTorch = NativeRuntime.Load().LibTorch;
        nint handle = NativeLibrary.Load(Path.Combine(libTorch.Path, NativePlatform.Current.TorchCpu));

        Assert.Equal(libTorch.Version, LibTorchVersion.Ask(handle));
    }

    [Fact]
    public void The_same_folder_may_be_asked_for_again_but_not_another()
    {
        using TemporaryFolder other = new();
        other.Write(NativePlatform.Current.TorchCpu);
        NativeRuntimeInfo loaded = NativeRuntime.Load();

        Assert.Same(loaded, NativeRuntime.Load(new() { LibTorchFolder = loaded.LibTorch.Path + Path.DirectorySeparatorChar }));
        string message = Assert.Throws<NativeRuntimeException>(() => NativeRuntime.Load(new() { LibTorchFolder = other.Path })).Message;
        Assert.Contains("has been loaded from", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_and_an_unknown_one_are_said()
    {
        Assert.Empty(NativeRuntimeLoading.Warnings(Folder("2.10.3+cu128")));
        Assert.Contains("libtorch 2.7.1, but TorchSharp was built for 2.10", Assert.Single(NativeRuntimeLoading.Warnings(Folder("2.7.1"))), StringComparison.Ordinal);
        Assert.Contains("is unknown", Assert.Single(NativeRuntimeLoading.Warnings(Folder(null))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_lib_torch_where_dot_net_looks_is_refused_before_it_ends_the_process()
    {
        using TemporaryFolder folder = new();
        folder.Write("chosen/libtorch_cpu.so");
        folder.Write("program/libtorch_cpu.so");
        LibTorchFolder chosen = new(folder["chosen"], LibTorchSource.Option, null);

        NativeRuntimeLoading.RequireAlone(chosen, Linux, [folder["chosen"], folder["empty"]]);
        string message = Assert.Throws<NativeRuntimeException>(() => NativeRuntimeLoading.RequireAlone(chosen, Linux, [folder["program"]])).Message;
        Assert.Contains(folder["program"], message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_libraries_are_loaded_between_the_others_where_they_are()
    {
        using TemporaryFolder folder = new();
        foreach (string library in new[] { "c10", "torch_cpu", "torch" })
        {
            folder.Write(Linux.FileName(library));
        }

        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libtorch.so"], Linux.LoadOrder(folder.Path).Select(Path.GetFileName));

        foreach (string library in new[] { "c10_cuda", "torch_cuda" })
        {
            folder.Write(Linux.FileName(library));
        }

        Assert.Equal(
            ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"],
            Linux.LoadOrder(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_computation_in_a_scope_leaves_nothing()
    {
        LeakGuard.Check(() =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            _ = torch.ones(2, 3).matmul(torch.ones(3, 2)).sum();
        });

        using Tensors kept = new();
        LeakGuard.Check(kept.Add, kept: 1);
    }

    private static LibTorchFolder Folder(string? version) => new("some/lib", LibTorchSource.Option, version);

    private sealed class Tensors : IDisposable
    {
        private readonly List<torch.Tensor> _tensors = [];

        public void Add() => _tensors.Add(torch.ones(1));

        public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());
    }
}
