using System.Runtime.InteropServices;

namespace CommSharp.Runtime;

/// <summary>
/// libtorch's OpenMP threads spin for a while after each product, waiting for the next; in between, our own products of single rows want the same cores. Asleep
/// they cost nothing: a decoded token takes a fifth less time, and a tower no more (docs/performance.md).
/// </summary>
internal static partial class OpenMpThreads
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>Lets waiting threads sleep, unless a person has chosen. Has an effect before libtorch is loaded only.</summary>
    internal static void SleepWhileWaiting()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetVariable(WaitPolicy, "PASSIVE", overwrite: 0); // .NET's own setter does not reach native code
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
