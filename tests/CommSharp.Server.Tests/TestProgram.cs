using System.Runtime.CompilerServices;
using CommSharp.Runtime;
using CommSharp.Server.Tests;
using Xunit.Sdk;
using Xunit.v3;

// libtorch takes all cores for one computation; two at once only slow each other down.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(LoadedEngine))]

namespace CommSharp.Server.Tests;

internal static class TestProgram
{
    // A test may use TorchSharp before anything of CommSharp, and TorchSharp by itself takes the libtorch of the system where there is one.
    [ModuleInitializer]
    internal static void Load() => NativeRuntime.Load();
}
