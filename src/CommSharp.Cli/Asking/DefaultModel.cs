namespace CommSharp.Cli.Asking;

/// <summary>The model that comes with the program and answers where no other is named: a small COMM of the tabletop world.</summary>
internal static class DefaultModel
{
    /// <summary>What a person should know who named no model.</summary>
    public const string Note = "no model is named, so the tabletop model answers, which knows drawn scenes of shapes only (--model names another)";

    /// <summary>Its folder, which builds and publishing copy beside the program.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "models", "tabletop");

    /// <summary>Its folder.</summary>
    /// <exception cref="CommSharpException">It is not there.</exception>
    public static string Find() => Directory.Exists(Folder)
        ? Folder
        : throw new CommSharpException($"{Folder}: the tabletop model is not there, which comes with CommSharp; copy models/tabletop of its repository there, or name a model with --model.");
}
