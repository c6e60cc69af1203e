namespace CommSharp.Checkpoints;

/// <summary>Why a file cannot be read or written, in words for who named it: the end of a sentence that begins with its path.</summary>
internal static class FileFault
{
    /// <summary>Of a file to write whose folder is missing.</summary>
    public static string NoFolder(string folder) => $"cannot be written: there is no folder {folder}; make it first, or name another";

    /// <summary>Of a file to read.</summary>
    public static string OfReading(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file; check the path",
        UnauthorizedAccessException => "cannot be read: it is a folder, or its rights do not allow it",
        _ => $"cannot be read: {error.Message}",
    };

    /// <summary>Of a file or folder to write, under the name that it is to have in the end.</summary>
    public static string OfWriting(Exception error, string temporary, string final) => error switch
    {
        UnauthorizedAccessException => "cannot be written: the rights of its folder do not allow it",
        ArgumentOutOfRangeException => "cannot be written: the file system, or a limit of the system, takes no file that large",
        _ => $"cannot be written: {error.Message.Replace(temporary, final, StringComparison.Ordinal)}",
    };
}
