namespace CommSharp.Tests.Checkpoints;

/// <summary>The reference files in the folder <c>shared</c> beside the repository.</summary>
internal static class SharedFiles
{
    private static readonly string? Root = Find();

    public static string Path(params string[] parts)
    {
        Assert.SkipUnless(Directory.Exists(Root), "the folder 'shared' is not beside the repository");
        return System.IO.Path.Combine([Root!, .. parts]);
    }

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "CommSharp.slnx"))) folder = folder.Parent;
        return folder?.Parent is { } beside ? System.IO.Path.Combine(beside.FullName, "shared") : null;
    }
}
