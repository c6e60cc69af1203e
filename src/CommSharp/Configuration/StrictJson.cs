using System.Text.Json;
using CommSharp.Checkpoints;

namespace CommSharp.Configuration;

/// <summary>
/// Reads JSON of others so that nothing in it can fail later: no member twice, and every name and every text is whole Unicode, which the parser
/// itself checks only when it is asked for one.
/// </summary>
internal static class StrictJson
{
    /// <summary>More than any config.json has.</summary>
    public const long LargestConfig = 16 << 20;

    /// <summary>Reads a file that holds an object or something else.</summary>
    /// <param name="file">The path.</param>
    /// <param name="largest">The most bytes that are read.</param>
    /// <exception cref="ConfigurationException">Missing, too large, or not JSON.</exception>
    public static JsonElement Read(string file, long largest = LargestConfig)
    {
        try
        {
            long length = new FileInfo(file).Length;
            return length <= largest
                ? Parse(file, File.ReadAllBytes(file))
                : throw new ConfigurationException(file, $"has {length} bytes, more than the {largest} that are read.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, FileFault.OfReading(error), null, error);
        }
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="name">What errors call them.</param>
    /// <param name="json">The bytes.</param>
    /// <param name="comments">What becomes of comments.</param>
    /// <exception cref="ConfigurationException">They are not JSON.</exception>
    public static JsonElement Parse(string name, ReadOnlyMemory<byte> json, JsonCommentHandling comments = JsonCommentHandling.Disallow)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = comments });
            Touch(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            string fault = JsonFault.Find(json.Span, comments) ?? (error is JsonException
                ? "is not valid JSON: a member stands twice in one object; remove one"
                : "is not valid JSON: a text in it is no whole Unicode, such as half a character; correct it, or copy or download it again");
            throw new ConfigurationException(name, $"{fault}.", null, error);
        }
    }

    /// <summary>Asks for every name and every text; the depth is bounded by the parser.</summary>
    private static void Touch(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    Touch(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Touch(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            default:
                break;
        }
    }
}
