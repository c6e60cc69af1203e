using System.Security.Cryptography;
using System.Text;
using CommSharp.Checkpoints;
using CommSharp.Configuration;

namespace CommSharp.Training.Recipes;

/// <summary>A recipe that was read, checked, and has every default written out.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Source">What errors call it: its file, or the name of a built-in one.</param>
/// <param name="BaseFolder">What relative paths in it start from: the folder of its file, or the current one for a built-in recipe.</param>
public sealed record RecipeFile(TrainingRecipe Recipe, string Source, string BaseFolder)
{
    private const string Folder = "recipes/";
    private const string Extension = ".json";

    /// <summary>The names of the recipes that come with the library.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
    [
        .. typeof(RecipeFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The recipe as text, every default written out; without the place of its schema, which only editors look at.</summary>
    public string Resolved { get; } = ConfigurationFile.Format(Recipe with { Schema = null });

    /// <summary>The identity of a run: the SHA-256 of <see cref="Resolved"/>, in hexadecimal.</summary>
    public string Identity => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Resolved)));

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrFile">The name of a built-in one, or the path of a file that ends in .json.</param>
    /// <param name="patches">Changes such as "schedule.steps=1000"; see <see cref="ConfigurationPatch"/>.</param>
    /// <exception cref="CommSharpException">No such recipe, a patch that fits nowhere, or a member that is unknown, missing or out of range.</exception>
    public static RecipeFile Load(string nameOrFile, params IReadOnlyList<string> patches)
    {
        bool isFile = nameOrFile.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
        string json = isFile ? ReadFile(nameOrFile) : ReadResource(nameOrFile);
        var recipe = ConfigurationFile.Parse<TrainingRecipe>(nameOrFile, ConfigurationPatch.Apply(nameOrFile, json, patches));
        recipe.Validate(nameOrFile);
        string folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(nameOrFile))! : Directory.GetCurrentDirectory();
        return new RecipeFile(recipe, nameOrFile, folder);
    }

    /// <summary>A path of the recipe, from where it counts.</summary>
    /// <param name="path">As the recipe has it.</param>
    public string Locate(string path) => Path.GetFullPath(path, BaseFolder);

    private static string ReadResource(string name)
    {
        using Stream stream = typeof(RecipeFile).Assembly.GetManifestResourceStream(Folder + name + Extension)
            ?? throw new CommSharpException(
                $"There is no recipe \"{name}\"; known: {string.Join(", ", BuiltIn)}; or give a file that ends in {Extension}.");
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
