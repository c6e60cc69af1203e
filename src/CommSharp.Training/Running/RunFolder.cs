using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Running;

/// <summary>The folder of a run: its recipe, log, checkpoints, pages, and in the end the trained model. One training at a time may use it.</summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The resolved recipe.</summary>
    public const string RecipeName = "recipe.json";

    /// <summary>How a complete run ended.</summary>
    public const string ResultName = "result.json";

    private const string LockName = ".lock";

    private readonly FileStream _lock;

    private RunFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The folder of checkpoints.</summary>
    public string Checkpoints => this["checkpoints"];

    /// <summary>The folder of the trained model.</summary>
    public string Model => this["model"];

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Opens a run's folder, new or begun.</summary>
    /// <param name="path">The folder; made where it is missing.</param>
    /// <param name="recipe">The run's recipe.</param>
    /// <exception cref="CommSharpException">It holds another run or something else, or another training uses it.</exception>
    public static RunFolder Open(string path, RecipeFile recipe)
    {
        string full = System.IO.Path.GetFullPath(path);
        FileStream held = Hold(path, full);
        try
        {
            string file = System.IO.Path.Combine(full, RecipeName);
            if (File.Exists(file))
            {
                RequireSame(path, file, recipe);
            }
            else if (Directory.EnumerateFileSystemEntries(full).Any(entry => System.IO.Path.GetFileName(entry) != LockName))
            {
                throw new CommSharpException($"{path}: holds something else than a run; name a new or empty folder.");
            }
            else
            {
                AtomicFile.WriteText(file, recipe.Resolved);
            }

            foreach (string left in Directory.EnumerateFileSystemEntries(full, "*.tmp"))
            {
                Discard(left); // of a process that was killed
            }

            return new RunFolder(full, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>How the run ended; null while it is not complete.</summary>
    public TrainingResult? Result => File.Exists(this[ResultName]) ? ConfigurationFile.Read<TrainingResult>(this[ResultName]) with { Folder = Path } : null;

    /// <summary>Lets another training use the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Deletes a file or a folder.</summary>
    internal static void Discard(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static FileStream Hold(string path, string full)
    {
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: {FileFault.OfWriting(error, full, full)}", error);
        }

        try
        {
            return new FileStream(System.IO.Path.Combine(full, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: another training uses this folder, or nothing can be written there; wait for it, or name another folder.", error);
        }
    }

    private static void RequireSame(string path, string file, RecipeFile recipe)
    {
        string there = ReadAll(file);
        if (there == recipe.Resolved)
        {
            return;
        }

        string difference = there.Split('\n').Zip(recipe.Resolved.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second) is { First: { } was, Second: { } now }
            ? $" (there {was.Trim().TrimEnd(',')}, now {now.Trim().TrimEnd(',')})"
            : "";
        throw new CommSharpException($"{path}: holds a run of another recipe{difference}; go on with that one, or name a new folder.");
    }

    private static string ReadAll(string file)
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
