namespace CommSharp.Testing;

/// <summary>
/// Compares a text with an approved file of the repository. Run the tests with COMMSHARP_APPROVE=1 to write the files anew, then read the
/// difference before committing it.
/// </summary>
public static class Approved
{
    private const string Variable = "COMMSHARP_APPROVE";

    /// <summary>Compares.</summary>
    /// <param name="path">The approved file, from the root of the repository.</param>
    /// <param name="actual">What the code gives now.</param>
    public static void Check(string path, string actual)
    {
        string file = Path.Combine(RepositoryRoot.Folder, path);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"There is no {path} yet; run the tests with {Variable}=1 to write it.");
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
