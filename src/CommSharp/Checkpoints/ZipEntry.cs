namespace CommSharp.Checkpoints;

/// <summary>A file stored uncompressed in a zip archive.</summary>
/// <param name="Name">Its path in the archive; never used as a path on disk.</param>
/// <param name="Offset">Where its bytes start in the archive's file.</param>
/// <param name="Length">The number of its bytes.</param>
internal sealed record ZipEntry(string Name, long Offset, long Length);
