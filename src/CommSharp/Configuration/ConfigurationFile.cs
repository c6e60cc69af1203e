using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CommSharp.Checkpoints;

namespace CommSharp.Configuration;

/// <summary>Reads and writes our own config files: strict, so that a misspelt member is an error and never a silent default.</summary>
public static partial class ConfigurationFile
{
    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="file">The path.</param>
    /// <param name="options">The contract; <see cref="CommJson.Options"/> when null.</param>
    /// <exception cref="ConfigurationException">Missing, not JSON, or a member is unknown, missing, or wrong; names it.</exception>
    public static T Read<T>(string file, JsonSerializerOptions? options = null)
        where T : class => Parse<T>(file, ReadText(file), options);

    /// <summary>Reads a file with changes.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="file">The file.</param>
    /// <param name="patches">Changes such as "vision.branches[0].layers=half"; see <see cref="ConfigurationPatch"/>.</param>
    /// <exception cref="ConfigurationException">The file cannot be read, is no such config, or a change fits nowhere.</exception>
    public static T Read<T>(string file, IReadOnlyList<string> patches)
        where T : class => Parse<T>(file, ConfigurationPatch.Apply(file, ReadText(file), patches));

    /// <summary>A config file's text.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, FileFault.OfReading(error), null, error);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="name">What errors call the text.</param>
    /// <param name="json">The text.</param>
    /// <param name="options">The contract; <see cref="CommJson.Options"/> when null.</param>
    /// <exception cref="ConfigurationException">Not JSON, or a member is unknown, missing, or wrong; names it.</exception>
    public static T Parse<T>(string name, string json, JsonSerializerOptions? options = null)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, options ?? CommJson.Options)
                ?? throw new ConfigurationException(name, "holds \"null\" instead of a config.");
        }
        catch (JsonException error) when (JsonFault.Find(Encoding.UTF8.GetBytes(json), JsonCommentHandling.Skip) is { } fault)
        {
            throw new ConfigurationException(name, $"{fault}.", null, error);
        }
        catch (JsonException error)
        {
            string where = error.Path is { Length: > 0 } path && path != "$" ? $" (at {path}, line {error.LineNumber + 1})" : "";
            throw new ConfigurationException(name, $"{MessageProper(error)}{where}.", error.Path, error);
        }
        catch (NotSupportedException error) when (PathOf().Match(error.Message) is { Success: true } path)
        {
            // The one thing that is "not supported" rather than wrong: a member of several kinds that does not say of which it is.
            string member = path.Groups[1].Value;
            throw new ConfigurationException(name, $"the member \"kind\" is missing (at {member}); say which kind it is.", member, error);
        }
    }

    /// <summary>The text of a config with every default written out.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="value">The record.</param>
    public static string Format<T>(T value)
        where T : class => JsonSerializer.Serialize(value, CommJson.Options) + "\n";

    /// <summary>Writes a file with every default written out; it appears under its name only when it is complete.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="file">The path.</param>
    /// <param name="value">The record.</param>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public static void Write<T>(string file, T value)
        where T : class => AtomicFile.WriteText(file, Format(value));

    /// <summary>
    /// System.Text.Json repeats path and position after the message proper, and speaks of .NET types, which are no help to who writes a config.
    /// </summary>
    private static string MessageProper(JsonException error)
    {
        int end = error.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        string message = (end < 0 ? error.Message : error.Message[..end]).TrimEnd('.');
        return Phrasings.Aggregate(message, (text, phrasing) => phrasing.Theirs().Replace(text, phrasing.Ours));
    }

    private static IReadOnlyList<(Func<Regex> Theirs, string Ours)> Phrasings { get; } =
    [
        (UnknownMember, "the member \"$1\" is unknown; check its spelling"),
        (WrongKind, "the value is of a kind that does not fit here"),
        (MissingMembers, "members are missing: $1"),
    ];

    [GeneratedRegex(@"^The JSON property '(.*)' could not be mapped to any \.NET member contained in type '.*'$")]
    private static partial Regex UnknownMember();

    [GeneratedRegex(@" Path: (\S+)")]
    private static partial Regex PathOf();

    [GeneratedRegex("^The JSON value could not be converted to .*$")]
    private static partial Regex WrongKind();

    [GeneratedRegex("^JSON deserialization for type '.*' was missing required properties including: (.*)$")]
    private static partial Regex MissingMembers();
}
