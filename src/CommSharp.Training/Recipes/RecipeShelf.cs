using System.Security.Cryptography;
using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Configuration;

namespace CommSharp.Training.Recipes;

/// <summary>The recipes of one kind that come with the library, and how one of them or a file is read.</summary>
/// <param name="Folder">The folder of the built-in ones, such as "recipes/".</param>
internal sealed record RecipeShelf(string Folder)
{
    private const string Extension = ".json";

    /// <summary>The names of the built-in ones.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. typeof(RecipeShelf).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a recipe's text with changes applied, and parses it strictly.</summary>
    /// <typeparam name="T">The recipe.</typeparam>
    /// <param name="nameOrFile">The name of a built-in one, or the path of a file that ends in .json.</param>
    /// <param name="patches">Changes.</param>
    /// <returns>The recipe, and what relative paths in it start from.</returns>
    /// <exception cref="CommSharpException">No such recipe, a patch that fits nowhere, or a member that is unknown or missing.</exception>
    public (T Recipe, string BaseFolder) Read<T>(string nameOrFile, IReadOnlyList<string> patches)
        where T : class
    {
        bool isFile = nameOrFile.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
        string json = isFile ? ReadFile(nameOrFile) : ReadResource(nameOrFile);
        var recipe = ConfigurationFile.Parse<T>(nameOrFile, ConfigurationPatch.Apply(nameOrFile, json, patches));
        return (recipe, isFile ? Path.GetDirectoryName(Path.GetFullPath(nameOrFile))! : Directory.GetCurrentDirectory());
    }

    /// <summary>The identity of a run: the SHA-256 of its resolved recipe, in hexadecimal.</summary>
    public static string IdentityOf(string resolved) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(resolved)));

    private string ReadResource(string name)
    {
        using Stream stream = typeof(RecipeShelf).Assembly.GetManifestResourceStream(Folder + name + Extension)
            ?? throw new CommSharpException(
                $"There is no recipe \"{name}\"; known: {string.Join(", ", Names)}; or give a file that ends in {Extension}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, FileFault.OfReading(error), null, error);
        }
    }
}
