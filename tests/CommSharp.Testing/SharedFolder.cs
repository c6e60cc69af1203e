namespace CommSharp.Testing;

/// <summary>The folder "shared" beside the repository: checkpoints, data and reference values too large to be part of it.</summary>
public static class SharedFolder
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(RepositoryRoot.Folder, "..", "shared"));

    /// <summary>
    /// The full path of a file or folder in it. Where the whole folder is absent the test is skipped; where only this path is, the test fails.
    /// </summary>
    public static string Require(params string[] parts)
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"There is no {Folder}.");
        string path = Path.Combine([Folder, .. parts]);
        Assert.True(Path.Exists(path), $"There is no {path}.");
        return path;
    }
}
