namespace CommSharp.Data.Reading;

/// <summary>
/// Reads the elements of a JSON list one by one, however large the file: the list is the whole file, or a member of the object that is the file,
/// as COCO's "annotations" are. What stands beside the list is passed over, but must be JSON to the file's end.
/// </summary>
public static class JsonList
{
    /// <summary>Reads the elements.</summary>
    /// <typeparam name="TRecord">What an element is read as.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="member">The member of the file's object that is the list; null when the file is the list.</param>
    /// <param name="read">Reads an element.</param>
    /// <param name="problems">Takes bad elements; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, is not JSON to its end, has no such list, or a bad element is not borne.</exception>
    public static IEnumerable<TRecord> Read<TRecord>(string path, string? member, Func<JsonField, TRecord> read, DataProblems? problems = null) =>
        DataProblems.Read(Elements(path, member), read, problems);

    /// <summary>Reads a text that stands beside the lists in the object that is the file, as VQA's "data_subtype" does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="member">The member.</param>
    /// <exception cref="DataException">The file cannot be read, is not JSON up to the member, or has no such text in it.</exception>
    public static string ReadText(string path, string member)
    {
        using var cursor = new JsonCursor(path, member);
        return cursor.ReadText(member);
    }

    private static IEnumerable<JsonField> Elements(string path, string? member)
    {
        using var cursor = new JsonCursor(path, member);
        cursor.Enter();
        for (int index = 0; cursor.TryNext() is { } bytes; index++)
        {
            DataPlace place = member is null ? new(path, Record: index) : new(path, Field: $"{member}[{index}]");
            yield return new JsonField(place, StrictElement.Parse(bytes, place));
        }

        cursor.Leave();
    }
}
