using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Configuration;

namespace CommSharp.Training.Studies;

/// <summary>One run of a study: a name, and its differences from the recipe that all runs share.</summary>
/// <param name="Name">The patch file's name without its ending; the run's folder gets it.</param>
/// <param name="File">The patch's file.</param>
/// <param name="Changes">Changes as <see cref="ConfigurationPatch"/> takes them.</param>
public sealed record StudyPatch(string Name, string File, IReadOnlyList<string> Changes)
{
    /// <summary>Reads a folder of patches, in the order of their names: each a JSON object such as { "model.patches": ["vision.branches[0].layers=half"] }.</summary>
    /// <param name="folder">The folder; only its *.json files count.</param>
    /// <exception cref="CommSharpException">No folder, no patch in it, or one that is no JSON object.</exception>
    public static IReadOnlyList<StudyPatch> ReadFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommSharpException($"{folder}: there is no such folder; give one that holds a study's patches.");
        }

        StudyPatch[] patches = [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];
        return patches.Length > 0 ? patches : throw new CommSharpException($"{folder}: holds no patch; each is a *.json file such as {{ \"seed\": 1 }}.");
    }

    private static StudyPatch Read(string file)
    {
        try
        {
            JsonElement json = StrictJson.Parse(file, System.IO.File.ReadAllBytes(file), JsonCommentHandling.Skip);
            string name = Path.GetFileNameWithoutExtension(file);
            return name.Length == 0
                ? throw new ConfigurationException(file, "has no name before .json, which its run could be called by; rename it.")
                : json.ValueKind == JsonValueKind.Object
                ? new StudyPatch(name, file, [.. json.EnumerateObject().Select(member => $"{member.Name}={member.Value.GetRawText()}")])
                : throw new ConfigurationException(file, "a patch is a JSON object: paths into the recipe, and what stands there instead.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, FileFault.OfReading(error), null, error);
        }
    }
}
