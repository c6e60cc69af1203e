using CommSharp.Checkpoints;
using CommSharp.Configuration;

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
    /// <param name="resolved">The run's recipe as text, every default written out.</param>
    /// <exception cref="CommSharpException">It holds another run or something else, or another training uses it.</exception>
    public static RunFolder Open(string path, string resolved)
    {
        string full = System.IO.Path.GetFullPath(path);
        string file = System.IO.Path.Combine(full, RecipeName);
        RequireRunOrNothing(path, full, file);
        FileStream held = Hold(path, full);
        try
        {
            if (File.Exists(file))
            {
                RequireSame(path, file, resolved);
            }
            else
            {
                AtomicFile.WriteText(file, resolved);
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
    /// <exception cref="CommSharpException">The file that says so cannot be read.</exception>
    public TrainingResult? Result => File.Exists(this[ResultName]) ? ConfigurationFile.Read<TrainingResult>(this[ResultName]).Seen(from: Path) : null;

    /// <summary>Says that the run is complete.</summary>
    /// <param name="result">How it ended.</param>
    /// <exception cref="CommSharpException">Nothing can be written.</exception>
    internal void Complete(TrainingResult result) => ConfigurationFile.Write(this[ResultName], result.WithinRun());

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

    /// <summary>Looks before anything is written: a folder of something else stays as it is. What a process leaves that was killed in its first moment is nothing.</summary>
    private static void RequireRunOrNothing(string path, string full, string recipeFile)
    {
        try
        {
            if (Directory.Exists(full) && !File.Exists(recipeFile) && Directory.EnumerateFileSystemEntries(full).Any(IsForeign))
            {
                throw new CommSharpException($"{path}: holds something else than a run; name a new or empty folder.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: {FileFault.OfReading(error)}", error);
        }

        static bool IsForeign(string entry)
        {
            string name = System.IO.Path.GetFileName(entry);
            bool isHalfRecipe = name.StartsWith($".{RecipeName}.", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);
            return name != LockName && !isHalfRecipe;
        }
    }

    private static FileStream Hold(string path, string full)
    {
        string file = System.IO.Path.Combine(full, LockName);
        bool wasThere = false;
        try
        {
            Directory.CreateDirectory(full);
            wasThere = File.Exists(file);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error) when (wasThere)
        {
            throw new CommSharpException($"{path}: another training uses this folder; wait for it, or name another folder.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommSharpException($"{path}: {FileFault.OfWriting(error, file, full)}", error);
        }
    }

    private static void RequireSame(string path, string file, string resolved)
    {
        string there = ReadAll(file);
        if (there == resolved)
        {
            return;
        }

        string difference = there.Split('\n').Zip(resolved.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second) is { First: { } was, Second: { } now }
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
