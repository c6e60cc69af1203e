namespace CommSharp.Testing;

/// <summary>The folder that holds CommSharp.slnx, found from wherever the tests run.</summary>
public static class RepositoryRoot
{
    private const string Marker = "CommSharp.slnx";

    /// <summary>The full path.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds {Marker}.");
    }
}
