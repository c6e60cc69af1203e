namespace CommSharp.Data.Tests.Formats;

/// <summary>Samples of the files that answers are scored with, copied so that a test may break them.</summary>
internal static class AnswerSamples
{
    public static string Fixture(params string[] parts) => Path.Combine([RepositoryRoot.Folder, "tests", "Fixtures", .. parts]);

    /// <summary>Copies a file.</summary>
    /// <returns>The copy's path.</returns>
    public static string Copy(TemporaryFolder folder, params string[] parts)
    {
        string copy = folder[parts[^1]];
        File.Copy(Fixture(parts), copy);
        return copy;
    }

    /// <summary>Copies a folder with all that is below it.</summary>
    /// <returns>The copy's path.</returns>
    public static string CopyFolder(TemporaryFolder folder, params string[] parts)
    {
        string from = Fixture(parts);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.Combine(parts[^1], Path.GetRelativePath(from, file)), File.ReadAllBytes(file));
        }

        return folder[parts[^1]];
    }

    /// <summary>Reading to the end is refused, and the one line says where and what.</summary>
    public static void AssertRefused<T>(IEnumerable<T> records, string place, string problem)
    {
        string message = Assert.Throws<DataException>(() => records.ToList()).Message;
        Assert.Contains(place, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }
}
