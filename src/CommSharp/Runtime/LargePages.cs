using System.Runtime.InteropServices;

namespace CommSharp.Runtime;

/// <summary>
/// Asks Linux to back a stretch of memory with large pages before it is touched. Filling gigabytes of weights in pages of 4 KB costs more in page faults
/// than in copying (docs/performance.md).
/// </summary>
internal static partial class LargePages
{
    private const nuint PageBytes = 2 << 20;
    private const int HugePageAdvice = 14; // MADV_HUGEPAGE

    /// <summary>Asks; where the system does not know or allow it, nothing happens.</summary>
    /// <param name="memory">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    internal static unsafe void Advise(byte* memory, long length)
    {
        nuint start = ((nuint)memory + PageBytes - 1) / PageBytes * PageBytes, end = ((nuint)memory + (nuint)length) / PageBytes * PageBytes;
        if (OperatingSystem.IsLinux() && end > start)
        {
            _ = Advise(start, end - start, HugePageAdvice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint start, nuint length, int advice);
}
