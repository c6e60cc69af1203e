namespace CommSharp.Page.Tests;

/// <summary>Pictures that the tests give to the page.</summary>
internal static class Pictures
{
    /// <summary>320 x 240 pixels.</summary>
    public static string Breakfast { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "pictures", "breakfast.png");

    /// <summary>336 x 336 pixels.</summary>
    public static string Stars { get; } = Path.Combine(ScriptedServer.PageFolder, "examples", "stars.jpg");

    /// <summary>An answer with two phrases, each with its box; the notation is cut by the pieces it comes in.</summary>
    public static string[] TwoBoxes { get; } =
    [
        ScriptedServer.Text("A cup[0.1"),
        ScriptedServer.Text("00,0.200,0.400,0.500]"),
        ScriptedServer.Box("A cup", 0, 5, 30, 32, 24, 128.5, 120),
        ScriptedServer.Text(" is left of a pla"),
        ScriptedServer.Text("te[0.500,0.500,0.900,0.900]."),
        ScriptedServer.Box("is left of a plate", 31, 49, 74, 160, 96, 288, 216),
    ];
}
