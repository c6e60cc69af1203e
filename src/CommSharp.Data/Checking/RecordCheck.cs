using CommSharp.Checkpoints;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Checking;

/// <summary>
/// Looks at records one by one: no id twice, the picture is there and as large as the record says, every box has an area and lies in the picture,
/// and so does every point. One check belongs to one list of records.
/// </summary>
public sealed class RecordCheck
{
    /// <summary>How far a box may stand out of its picture, in pixels: published boxes were rounded.</summary>
    public const double Tolerance = 1;

    private readonly PictureFolder? _pictures;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PictureSize> _sizes = new(StringComparer.Ordinal);

    /// <summary>Makes a check.</summary>
    /// <param name="pictures">The folder of pictures; null to check what the records alone tell.</param>
    public RecordCheck(PictureFolder? pictures) => _pictures = pictures;

    /// <summary>The records that pass, each checked before it is given.</summary>
    /// <typeparam name="TRecord">The records' type.</typeparam>
    /// <param name="records">The records.</param>
    /// <param name="pictures">The folder of pictures; null to check what the records alone tell.</param>
    /// <param name="problems">Takes the bad ones; null to stop at the first.</param>
    /// <exception cref="DataException">A bad record that is not borne.</exception>
    public static IEnumerable<TRecord> Passing<TRecord>(IEnumerable<TRecord> records, PictureFolder? pictures, DataProblems? problems = null)
        where TRecord : IDataRecord
    {
        var check = new RecordCheck(pictures);
        return DataProblems.Read(records, record => { check.Require(record); return record; }, problems);
    }

    /// <summary>Looks at a record.</summary>
    /// <exception cref="DataException">Something about it is wrong.</exception>
    public void Require(IDataRecord record)
    {
        if (record.Id is { } id && !_ids.Add(id))
        {
            throw new DataException(record.Place, $"has the id {Printable.Name(id)}, as an earlier record has");
        }

        PictureSize? size = record.StatedSize;
        if (record.Picture is { } picture && _pictures is not null)
        {
            PictureSize real = SizeOf(picture, record.Place);
            if (size is { } stated && stated != real)
            {
                throw new DataException(record.Place, $"says that {Printable.Name(picture)} has {stated} pixels, but it has {real}");
            }

            size = real;
        }

        foreach ((string field, PixelBox box) in record.Boxes)
        {
            RequireBox(box, size, record.Place.Of(field));
        }

        foreach ((string field, PixelPoint point) in record.Points)
        {
            string text = FormattableString.Invariant($"the point {point.X}, {point.Y}");
            RequireInside(new PixelBox(point.X, point.Y, point.X, point.Y), size, record.Place.Of(field), text);
        }
    }

    private static void RequireBox(PixelBox box, PictureSize? size, DataPlace place)
    {
        string text = FormattableString.Invariant($"the box {box.X1}, {box.Y1}, {box.X2}, {box.Y2}");
        if (box.Area <= 0)
        {
            throw new DataException(place, $"{text} has no area");
        }

        RequireInside(box, size, place, text);
    }

    private static void RequireInside(PixelBox box, PictureSize? size, DataPlace place, string text)
    {
        if (box.X1 < -Tolerance || box.Y1 < -Tolerance || (size is { } known && (box.X2 > known.Width + Tolerance || box.Y2 > known.Height + Tolerance)))
        {
            throw new DataException(place, $"{text} stands out of the picture{(size is { } stated ? $" of {stated} pixels" : "")} by more than {Tolerance} pixel");
        }
    }

    private PictureSize SizeOf(string picture, DataPlace place)
    {
        if (!_sizes.TryGetValue(picture, out PictureSize size))
        {
            size = _pictures!.Measure(picture, place);
            _sizes.Add(picture, size);
        }

        return size;
    }
}
