using System.Runtime.CompilerServices;
using CommSharp.Runtime;
using Xunit.Sdk;
using Xunit.v3;

// One browser, one window at a time: a page that waits for its turn would only look slow.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(CommSharp.Page.Tests.Browser))]

namespace CommSharp.Page.Tests;

internal static class TestProgram
{
    // TorchSharp by itself takes the libtorch of the system where there is one.
    [ModuleInitializer]
    internal static void Load() => NativeRuntime.Load();
}
