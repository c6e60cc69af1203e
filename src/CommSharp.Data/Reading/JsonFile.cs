namespace CommSharp.Data.Reading;

/// <summary>Reads a small JSON file whole, such as an index.</summary>
public static class JsonFile
{
    private const int LargestFile = 256 << 20; // bytes

    /// <summary>Reads the file's value.</summary>
    /// <param name="path">The file. A mark of UTF-8 at its start is passed over.</param>
    /// <exception cref="DataException">The file cannot be read, is too large, or is not JSON.</exception>
    public static JsonField Read(string path)
    {
        var place = new DataPlace(path);
        using var source = new ByteSource(path);
        while (source.TryRead(LargestFile, place))
        {
            // The whole file is wanted.
        }

        return new JsonField(place, StrictElement.Parse(source.Unread, place));
    }
}
