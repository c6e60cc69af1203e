using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace CommSharp.Runtime;

/// <summary>
/// Brings the pages of mapped files into memory before they are touched, in the order of the file and by several readers at once. Left to page faults,
/// a cold file is read in small pieces while the processor waits.
/// </summary>
internal static partial class MappedPages
{
    private const nuint ChunkBytes = 16 << 20;
    private const int Readers = 4;            // of a disk that answers several requests at once; they wait more than they compute
    private const int WillNeedAdvice = 3;     // MADV_WILLNEED: begin to read
    private const int PopulateReadAdvice = 22; // MADV_POPULATE_READ: return when every page is there; since Linux 5.14

    /// <summary>Reads stretches of mapped memory; where the system does not know how, nothing happens, and page faults will.</summary>
    /// <param name="stretches">The first byte and the length of each, all of them mapped.</param>
    internal static void Populate(IEnumerable<(nuint Start, nuint Length)> stretches)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Parallel.ForEach(
            Partitioner.Create(Chunks(stretches), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Readers },
            (chunk, loop) =>
            {
                _ = Advise(chunk.Start, chunk.Length, WillNeedAdvice);
                if (Advise(chunk.Start, chunk.Length, PopulateReadAdvice) != 0)
                {
                    loop.Stop();
                }
            });
    }

    /// <summary>In the order of addresses, which is that of the files, from whole page to whole page.</summary>
    private static IEnumerable<(nuint Start, nuint Length)> Chunks(IEnumerable<(nuint Start, nuint Length)> stretches)
    {
        nuint page = (nuint)Environment.SystemPageSize, done = 0;
        foreach ((nuint start, nuint length) in stretches.OrderBy(stretch => stretch.Start))
        {
            nuint end = (start + length + page - 1) / page * page;
            for (nuint at = Math.Max(start / page * page, done); at < end; at = done)
            {
                done = Math.Min(at + ChunkBytes, end);
                yield return (at, done - at);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint start, nuint length, int advice);
}
