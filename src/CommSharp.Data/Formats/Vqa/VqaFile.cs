using System.Globalization;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Vqa;

/// <summary>What VQAv2's and OK-VQA's files of questions and of annotations have in common.</summary>
internal static class VqaFile
{
    private const int MostDigits = 12;

    /// <summary>Reads the records of a file, each with the name of its picture, which the file tells but for a number.</summary>
    public static IEnumerable<TRecord> Read<TRecord>(string path, string list, Func<JsonField, string, TRecord> parse, DataProblems? problems)
    {
        // A part of the test questions, about the same pictures.
        string subtype = JsonList.ReadText(path, "data_subtype") is var stated && stated == "test-dev2015" ? "test2015" : stated;
        foreach (TRecord record in JsonList.Read(path, list, record => parse(record, Picture(subtype, record["image_id"])), problems))
        {
            yield return record;
        }
    }

    /// <summary>COCO_val2014_000000000042.jpg, of the subtype val2014 and the picture 42.</summary>
    private static string Picture(string subtype, JsonField id)
    {
        string number = id.WholeNumber.ToString("D" + MostDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return number.Length == MostDigits && number[0] != '-' ? $"COCO_{subtype}_{number}.jpg" : throw id.Problem("is no number of a COCO picture, which has 12 digits at most");
    }
}
