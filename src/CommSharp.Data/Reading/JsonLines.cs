namespace CommSharp.Data.Reading;

/// <summary>Reads files of JSON lines, a record a line, never the whole file at once.</summary>
public static class JsonLines
{
    /// <summary>Reads the records.</summary>
    /// <typeparam name="TRecord">What a line is read as.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads a line.</param>
    /// <param name="problems">Takes bad lines; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad line is not borne.</exception>
    public static IEnumerable<TRecord> Read<TRecord>(string path, Func<JsonField, TRecord> read, DataProblems? problems = null) =>
        DataProblems.Read(TextLines.ReadBytes(path), line => read(new JsonField(line.Place, StrictElement.Parse(line.Bytes, line.Place))), problems);
}
