using CommSharp.Checkpoints;

namespace CommSharp.Data.Reading;

/// <summary>A picture that a split names.</summary>
/// <param name="Place">Where it is named.</param>
/// <param name="Name">Its name, without folder and ending.</param>
internal sealed record ListedImage(DataPlace Place, string Name);

/// <summary>The pictures of a data set that keeps one file of annotations for each: all of them, or those that a split's list names, line by line.</summary>
internal static class ImageList
{
    private static readonly char[] OfPaths = ['/', '\\', '\0'];

    /// <summary>All pictures that have a file, in the order of their names.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="ending">The ending of their names, such as ".xml"; other files are not looked at.</param>
    /// <exception cref="DataException">There is no such folder.</exception>
    public static IEnumerable<ListedImage> All(string folder, string ending)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException(new DataPlace(folder), "no such folder; check the path");
        }

        IEnumerable<string> names = Directory.EnumerateFiles(folder)
            .Where(file => file.EndsWith(ending, StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file));
        foreach (string name in names.Select(name => name[..^ending.Length]).Order(StringComparer.Ordinal))
        {
            yield return new ListedImage(new DataPlace(Path.Combine(folder, name + ending)), name);
        }
    }

    /// <summary>The pictures that a list names.</summary>
    /// <param name="folder">The folder of the lists.</param>
    /// <param name="split">The list's name without its ending, ".txt"; it has a name a line.</param>
    /// <param name="hasClassColumn">Whether -1, 0 or 1 may follow a name, as in Pascal VOC's lists for one class.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The list cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<ListedImage> Read(string folder, string split, bool hasClassColumn, DataProblems? problems)
    {
        string file = IsPlain(split)
            ? Path.Combine(folder, split + ".txt")
            : throw new DataException(new DataPlace(folder), $"has no split {Printable.Name(split)}; a split is named without folder and ending");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        IEnumerable<ListedImage> images = DataProblems.Read(TextLines.Read(file), line => Name(line, hasClassColumn, seen), problems);
        foreach (ListedImage image in images)
        {
            yield return image;
        }
    }

    private static ListedImage Name(TextLine line, bool hasClassColumn, HashSet<string> seen)
    {
        string name = line.Text.Trim();
        int blank = name.LastIndexOfAny([' ', '\t']);
        if (hasClassColumn && blank > 0 && name[(blank + 1)..] is "-1" or "0" or "1")
        {
            name = name[..blank].TrimEnd();
        }

        if (!IsPlain(name))
        {
            throw new DataException(line.Place, $"names the picture {Printable.Name(name)}; it must be a name without a folder");
        }

        return seen.Add(name) ? new ListedImage(line.Place, name) : throw new DataException(line.Place, $"names the picture {Printable.Name(name)} a second time");
    }

    private static bool IsPlain(string name) => name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(OfPaths) < 0;
}
