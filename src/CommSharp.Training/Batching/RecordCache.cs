using CommSharp.Data;
using CommSharp.Data.Formats;

namespace CommSharp.Training.Batching;

/// <summary>Records that several parts of a mixture share, such as REC and REG of one file: read once, held once.</summary>
internal sealed class RecordCache
{
    private readonly Dictionary<(string Format, string Path, string? Split), IDataRecord[]> _read = [];

    /// <summary>The records of a file or folder.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="request">What is to be read.</param>
    /// <param name="holdsAll">Whether all of them are wanted; else they are read as far as somebody asks, and not shared.</param>
    public IEnumerable<IDataRecord> Read(DataFormat format, DataRequest request, bool holdsAll)
    {
        (string Format, string Path, string? Split) key = (format.Name, Path.GetFullPath(request.Path), request.Split);
        if (_read.TryGetValue(key, out IDataRecord[]? records))
        {
            return records;
        }

        return holdsAll ? _read[key] = [.. format.Read(request)] : format.Read(request);
    }
}
