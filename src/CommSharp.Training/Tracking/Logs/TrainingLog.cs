using System.Text.Json;
using CommSharp.Checkpoints;
using CommSharp.Data;
using CommSharp.Data.Reading;

namespace CommSharp.Training.Tracking.Logs;

/// <summary>Reads log.jsonl, also while a training writes it.</summary>
public static class TrainingLog
{
    /// <summary>The log's name in the folder of a run.</summary>
    public const string FileName = "log.jsonl";

    /// <summary>Reads the records, line by line.</summary>
    /// <param name="path">The file. A last line without its end is left out: it is being written, or its writer was killed.</param>
    /// <exception cref="DataException">The file cannot be read, or a line of it is no record; the message names the line.</exception>
    public static IEnumerable<TrainingRecord> Read(string path) => TextLines.Read(path, onlyEnded: true).Select(Parse);

    /// <summary>What a training that goes on has behind it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="step">The number of steps that are done; what the log says of later ones is left out.</param>
    /// <returns>Nothing where there is no log, or no step is done.</returns>
    /// <exception cref="DataException">A line is no record.</exception>
    public static IEnumerable<TrainingRecord> Until(string folder, long step)
    {
        string path = Path.Combine(folder, FileName);
        return step > 0 && File.Exists(path) ? Read(path).Where(record => record.Step <= step) : [];
    }

    /// <summary>Leaves in a log only what belongs to the steps that are done, or changes nothing at all.</summary>
    /// <param name="path">The file; it need not be there.</param>
    /// <param name="step">The number of steps that are done; 0 leaves nothing.</param>
    /// <exception cref="CommSharpException">A line is no record, or the file cannot be written.</exception>
    internal static void Cut(string path, long step)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var kept = new AtomicFile(path);
        foreach (TrainingRecord record in step > 0 ? Read(path).Where(record => record.Step <= step) : [])
        {
            kept.Write(TrackingJson.Line(record));
        }

        kept.Commit();
    }

    private static TrainingRecord Parse(TextLine line)
    {
        try
        {
            return JsonSerializer.Deserialize(line.Text, TrackingJson.Default.TrainingRecord) ?? throw new JsonException("null");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new DataException(line.Place, "is no record of a training; mend or remove the line, or move the file away", error);
        }
    }
}
