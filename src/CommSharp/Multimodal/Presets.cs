using CommSharp.Configuration;

namespace CommSharp.Multimodal;

/// <summary>The models that come with the library as configurations: COMM, LLaVA-1.5 and Shikra at their published sizes.</summary>
public static class Presets
{
    private const string Folder = "presets/";
    private const string Extension = ".json";

    /// <summary>The names of all presets.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Presets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a text is taken for a file's path and not for a preset's name.</summary>
    /// <param name="nameOrFile">What <see cref="Load"/> gets.</param>
    public static bool IsFile(string nameOrFile) => nameOrFile.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Loads a preset, or a config file of the same form.</summary>
    /// <param name="nameOrFile">A preset's name, or the path of a file that ends in .json.</param>
    /// <param name="patches">Changes such as "vision.branches[0].layers=half"; see <see cref="ConfigurationPatch"/>.</param>
    /// <exception cref="CommSharpException">No such preset or file, a patch that fits nowhere, or a config that is not valid.</exception>
    public static MultimodalConfig Load(string nameOrFile, params IReadOnlyList<string> patches)
    {
        string json = IsFile(nameOrFile) ? ConfigurationFile.ReadText(nameOrFile) : ReadResource(nameOrFile);
        var config = ConfigurationFile.Parse<MultimodalConfig>(nameOrFile, ConfigurationPatch.Apply(nameOrFile, json, patches));
        config.Validate(nameOrFile);
        return config;
    }

    private static string ReadResource(string name)
    {
        using Stream stream = typeof(Presets).Assembly.GetManifestResourceStream(Folder + name + Extension)
            ?? throw new CommSharpException($"There is no preset \"{name}\"; known: {string.Join(", ", Names)}; or give a file that ends in {Extension}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
