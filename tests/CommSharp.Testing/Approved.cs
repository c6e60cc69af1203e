namespace CommSharp.Testing;

/// <summary>
/// Compares a text with an approved file of the repository. Run the tests with COMMSHARP_APPROVE=1 to write the files anew, then read the
/// difference before committing it.
/// </summary>
public static class Approved
{
    private const string Variable = "COMMSHARP_APPROVE";

    /// <summary>Whether files are to be written anew.</summary>
    public static bool IsWriting { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Compares.</summary>
    /// <param name="path">The approved file, from the root of the repository.</param>
    /// <param name="actual">What the code gives now.</param>
    public static void Check(string path, string actual)
    {
        string file = Path.Combine(RepositoryRoot.Folder, path);
        if (IsWriting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"There is no {path} yet; run the tests with {Variable}=1 to write it.");
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
