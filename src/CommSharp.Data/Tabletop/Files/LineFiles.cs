using CommSharp.Checkpoints;

namespace CommSharp.Data.Tabletop.Files;

/// <summary>Files of lines that grow scene by scene.</summary>
internal sealed class LineFiles(AtomicFolder folder, string split) : IDisposable
{
    private readonly Dictionary<string, StreamWriter> _files = [];

    /// <summary>Adds lines, by the file's name.</summary>
    public void Add(IReadOnlyDictionary<string, IReadOnlyList<string>> lines)
    {
        foreach ((string name, IReadOnlyList<string> own) in lines)
        {
            if (!_files.TryGetValue(name, out StreamWriter? file))
            {
                _files.Add(name, file = new StreamWriter(folder[split, name]) { NewLine = "\n" });
            }

            foreach (string line in own)
            {
                file.WriteLine(line);
            }
        }
    }

    public void Dispose()
    {
        foreach (StreamWriter file in _files.Values)
        {
            file.Dispose();
        }
    }
}
