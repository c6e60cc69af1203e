namespace CommSharp.Grounding;

/// <summary>
/// The letters of boxes' labels and of plots: Cantarell Bold (OFL 1.1; Latin, Greek, Cyrillic). Servers often have no fonts, and Skia's build without
/// dependencies would not find them.
/// </summary>
public static class LabelFont
{
    private const string Resource = "fonts/Cantarell-Bold.otf";

    /// <summary>The font's file as OpenType; belongs to the caller.</summary>
    public static Stream Open() => typeof(LabelFont).Assembly.GetManifestResourceStream(Resource)
        ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
}
