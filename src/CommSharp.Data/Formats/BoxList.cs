using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats;

/// <summary>Lists of boxes as records hold them, and lists of numbers that count them.</summary>
internal static class BoxList
{
    /// <summary>Reads boxes written as left, top, right, bottom.</summary>
    public static IReadOnlyList<PixelBox> Read(JsonField list) => [.. list.Items.Select(box => box.Corners)];

    /// <summary>The boxes and the fields that hold them, for checks.</summary>
    public static IEnumerable<RecordBox> Named(string field, IEnumerable<PixelBox> boxes) =>
        boxes.Select((box, i) => new RecordBox($"{field}[{i}]", box));

    /// <summary>The boxes that a list of numbers counts from 0.</summary>
    /// <exception cref="DataException">The list is empty, or a number counts no box.</exception>
    public static IReadOnlyList<PixelBox> Choose(JsonField numbers, IReadOnlyList<PixelBox> boxes)
    {
        IReadOnlyList<JsonField> items = numbers.Items;
        return items.Count > 0
            ? [.. items.Select(number => number.WholeNumber is >= 0 and var index && index < boxes.Count
                ? boxes[(int)index]
                : throw number.Problem($"is {number.WholeNumber}, but the record has {boxes.Count} boxes, counted from 0"))]
            : throw numbers.Problem("names no box");
    }
}
