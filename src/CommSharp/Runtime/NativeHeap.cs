using System.Runtime.InteropServices;

namespace CommSharp.Runtime;

/// <summary>
/// The heap that libtorch's tensors live in. glibc keeps what is freed between things that are not, so a training whose batches differ in shape grows step by step: 12 MB
/// a step for a small model, two thirds of it free in the end (docs/train.md, Memory).
/// </summary>
internal static partial class NativeHeap
{
    /// <summary>After how many steps of a training it is worth the page faults that follow.</summary>
    internal const int StepsBetween = 50;

    /// <summary>Gives memory that is free back to the system; where the C library knows no such thing, nothing happens.</summary>
    internal static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl gives back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint kept);
}
