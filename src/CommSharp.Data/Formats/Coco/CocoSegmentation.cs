using System.Text.Json;
using CommSharp.Data.Reading;
using CommSharp.Imaging;

namespace CommSharp.Data.Formats.Coco;

/// <summary>
/// Looks whether an outline is one, without making a mask of it. There are three forms (pycocotools, mask.py and maskApi.c): polygons; runs of
/// pixels, column by column, as a list; the same runs packed into a text.
/// </summary>
internal static class CocoSegmentation
{
    private const int FewestCoordinates = 6;         // of a triangle
    private const char FirstPacked = '0';            // packed runs are written with 64 characters from here on
    private const int MostPackedCharacters = 7;      // of one number: 35 bits

    /// <summary>Looks at an outline.</summary>
    /// <param name="segmentation">The field.</param>
    /// <param name="size">The picture's size, which runs must fill.</param>
    /// <exception cref="DataException">It is none of the three forms, or its runs do not fill the picture.</exception>
    public static void Require(JsonField segmentation, PictureSize size)
    {
        if (segmentation.Value.ValueKind == JsonValueKind.Array)
        {
            RequirePolygons(segmentation);
            return;
        }

        IReadOnlyList<JsonField> stated = segmentation["size"].Items;
        if (stated.Count != 2 || stated[0].WholeNumber != size.Height || stated[1].WholeNumber != size.Width)
        {
            throw segmentation["size"].Problem($"is not the picture's height and width, {size.Height} and {size.Width}");
        }

        JsonField counts = segmentation["counts"];
        long pixels = counts.Value.ValueKind == JsonValueKind.String ? SumOfPacked(counts) : SumOfList(counts);
        if (pixels != (long)size.Width * size.Height)
        {
            throw counts.Problem($"has runs of {pixels} pixels in all, but a picture of {size} has {(long)size.Width * size.Height}");
        }
    }

    /// <summary>Most of a file of COCO is this; places are made only for errors.</summary>
    private static void RequirePolygons(JsonField segmentation)
    {
        int index = 0;
        foreach (JsonElement polygon in segmentation.Value.EnumerateArray())
        {
            DataException Problem(string problem) => new(segmentation.Place.Of($"[{index}]"), problem);
            if (polygon.ValueKind != JsonValueKind.Array)
            {
                throw Problem("is no polygon; a list of numbers is needed");
            }

            int count = polygon.GetArrayLength();
            if (count < FewestCoordinates || count % 2 != 0)
            {
                throw Problem($"has {count} numbers; a polygon has x and y of three corners or more");
            }

            if (!polygon.EnumerateArray().All(IsNumber))
            {
                throw Problem("holds something that is no number");
            }

            index++;
        }
    }

    private static bool IsNumber(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && double.IsFinite(value);

    private static long SumOfList(JsonField counts)
    {
        if (counts.Value.ValueKind != JsonValueKind.Array)
        {
            throw counts.Problem("is neither a list of runs nor a text");
        }

        long sum = 0;
        foreach (JsonElement run in counts.Value.EnumerateArray())
        {
            if (run.ValueKind != JsonValueKind.Number || !run.TryGetInt32(out int length) || length < 0)
            {
                throw counts.Problem("holds something that is no length of a run");
            }

            sum += length;
        }

        return sum;
    }

    /// <summary>
    /// The runs packed: each number in groups of five bits, the lowest first, bit 5 of a character saying that another follows and bit 4 of the last
    /// one giving the sign; from the fourth number on, a number is the difference to the last but one.
    /// </summary>
    private static long SumOfPacked(JsonField counts)
    {
        string text = counts.Text;
        long sum = 0, last = 0, lastButOne = 0;
        for (int at = 0, index = 0; at < text.Length; index++)
        {
            long number = 0;
            int shift = 0, bits;
            do
            {
                bits = at < text.Length ? text[at++] - FirstPacked : -1;
                if (bits is < 0 or > 63 || shift == 5 * MostPackedCharacters)
                {
                    throw counts.Problem("is no text of packed runs");
                }

                number |= (long)(bits & 31) << shift;
                shift += 5;
            }
            while ((bits & 32) != 0);

            number -= (bits & 16) != 0 ? 1L << shift : 0;
            long run = number + (index > 2 ? lastButOne : 0);
            if (run is < 0 or > int.MaxValue)
            {
                throw counts.Problem($"has a run of {run} pixels");
            }

            (lastButOne, last) = (last, run);
            sum += run;
        }

        return sum;
    }
}
