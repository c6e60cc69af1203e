namespace CommSharp.Testing;

/// <summary>
/// A tiny COMM that has learned one thing: where the square is in a picture of one, and to call it so. It comes with the repository, for tests that need a model
/// whose boxes mean something.
/// </summary>
public static class SquaresModel
{
    /// <summary>The model's folder.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "squares-comm");

    /// <summary>A picture of 168 x 168 pixels with a square that it was not trained on.</summary>
    public static string Picture { get; } = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "pictures", "square.png");

    /// <summary>The square's sides in pixels of <see cref="Picture"/>: left, top, right, bottom.</summary>
    public static IReadOnlyList<double> Square { get; } = [81, 36, 144, 99];
}
