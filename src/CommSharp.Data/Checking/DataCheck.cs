using CommSharp.Data.Formats;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Checking;

/// <summary>How a data set is looked through.</summary>
public sealed record DataCheckOptions
{
    /// <summary>The pictures; null to check what the records alone tell.</summary>
    public PictureFolder? Pictures { get; init; }

    /// <summary>The split; null for all.</summary>
    public string? Split { get; init; }

    /// <summary>How many records are read; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>How many of the first right records with a picture are kept, to be shown.</summary>
    public int Samples { get; init; }
}

/// <summary>What was found in a data set.</summary>
/// <param name="Records">How many records are right.</param>
/// <param name="Boxes">How many boxes they have.</param>
/// <param name="Pictures">How many pictures they name, each counted once.</param>
/// <param name="Problems">What was wrong, in the order of reading.</param>
/// <param name="End">What ended the reading before the end of the data, such as a file that was cut; null when all was read.</param>
/// <param name="Samples">The first right records with a picture.</param>
public sealed record DataCheckOutcome(long Records, long Boxes, int Pictures, DataProblems Problems, DataException? End, IReadOnlyList<IDataRecord> Samples);

/// <summary>Looks through a whole data set: every record is read and checked against its picture, and nothing ends that but what cannot be read on.</summary>
public static class DataCheck
{
    /// <summary>After so many problems the rest is not read: it is another format, or the pictures are elsewhere.</summary>
    public const int MostProblems = 100_000;

    private const int RecordsBetweenReports = 100;

    /// <summary>Looks through a data set.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="path">Its file or folder.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then how many records have been looked at.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static DataCheckOutcome Run(
        DataFormat format, string path, DataCheckOptions options, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var problems = new DataProblems(MostProblems);
        var samples = new List<IDataRecord>();
        var pictures = new HashSet<string>(StringComparer.Ordinal);
        long records = 0, boxes = 0;
        DataException? end = null;
        try
        {
            IEnumerable<IDataRecord> read = format.Read(new DataRequest(path, options.Split, problems)).Take(options.Limit ?? int.MaxValue);
            foreach (IDataRecord record in RecordCheck.Passing(Counted(read, options.Limit ?? 0, progress, cancellationToken), options.Pictures, problems))
            {
                records++;
                boxes += record.Boxes.Count();
                if (record.Picture is { } picture)
                {
                    pictures.Add(picture);
                    if (samples.Count < options.Samples)
                    {
                        samples.Add(record);
                    }
                }
            }
        }
        catch (DataException error)
        {
            end = error;
        }

        return new DataCheckOutcome(records, boxes, pictures.Count, problems, end, samples);
    }

    private static IEnumerable<IDataRecord> Counted(IEnumerable<IDataRecord> records, int total, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        long count = 0;
        foreach (IDataRecord record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++count % RecordsBetweenReports == 0)
            {
                progress?.Report(new WorkProgress(record.Place.File, count, total));
            }

            yield return record;
        }
    }
}
