using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CommSharp.Configuration;

/// <summary>Reads and writes our own config files: strict, so that a misspelt member is an error and never a silent default.</summary>
public static class ConfigurationFile
{
    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="file">The path.</param>
    /// <param name="contract">The record's contract.</param>
    /// <exception cref="ConfigurationException">Missing, not JSON, or a member is unknown, missing, or wrong; names it.</exception>
    public static T Read<T>(string file, JsonTypeInfo<T> contract)
        where T : class
    {
        try
        {
            return Parse(file, File.ReadAllText(file), contract);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, $"cannot be read: {error.Message}", null, error);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="name">What errors call the text.</param>
    /// <param name="json">The text.</param>
    /// <param name="contract">The record's contract.</param>
    /// <exception cref="ConfigurationException">Not JSON, or a member is unknown, missing, or wrong; names it.</exception>
    public static T Parse<T>(string name, string json, JsonTypeInfo<T> contract)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, contract)
                ?? throw new ConfigurationException(name, "holds \"null\" instead of a config.");
        }
        catch (JsonException error)
        {
            string where = error.Path is { Length: > 0 } path && path != "$" ? $" (at {path}, line {error.LineNumber + 1})" : "";
            throw new ConfigurationException(name, $"{FirstSentence(error.Message)}{where}.", error.Path, error);
        }
    }

    /// <summary>Writes a file with every default written out; it appears under its name only when it is complete.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="file">The path.</param>
    /// <param name="value">The record.</param>
    /// <param name="contract">The record's contract.</param>
    public static void Write<T>(string file, T value, JsonTypeInfo<T> contract)
    {
        string temporary = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                JsonSerializer.Serialize(stream, value, contract);
                stream.WriteByte((byte)'\n');
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>System.Text.Json repeats the path and the position after the message proper.</summary>
    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
