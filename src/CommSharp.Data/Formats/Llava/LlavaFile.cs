using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Llava;

/// <summary>Reads LLaVA's files of conversations: one JSON list, however large.</summary>
public static class LlavaFile
{
    /// <summary>What stands before the names of LLaVA-Instruct-150K's pictures in COCO's folder of 2014.</summary>
    public const string Coco2014Prefix = "COCO_train2014_";

    /// <summary>Reads the conversations in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="picturePrefix">What is put before each picture's path, such as <see cref="Coco2014Prefix"/>.</param>
    /// <param name="problems">Takes bad records; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read or is no such list, or a bad record is not borne.</exception>
    public static IEnumerable<LlavaRecord> Read(string path, string picturePrefix = "", DataProblems? problems = null) =>
        JsonList.Read(path, member: null, record => LlavaRecord.From(record, picturePrefix), problems);
}
