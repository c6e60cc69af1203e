namespace CommSharp.Testing;

/// <summary>The trained model of the tabletop world that comes with the repository.</summary>
public static class TabletopModel
{
    /// <summary>The model's folder.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryRoot.Folder, "models", "tabletop");

    /// <summary>A picture of its world.</summary>
    public static string Picture { get; } = Path.Combine(Folder, "scene.jpg");
}
