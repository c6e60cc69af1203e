using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace CommSharp.Data.Reading;

/// <summary>Reads one JSON value so that nothing in it can fail later: whole UTF-8, no member twice.</summary>
internal static class StrictElement
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a value from its bytes.</summary>
    /// <exception cref="DataException">The bytes are not UTF-8 or not one JSON value.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json, DataPlace place)
    {
        RequireUtf8(json.Span, place);
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            JsonElement element = document.RootElement.Clone();
            RequireWholeTexts(element);
            return element;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DataException(place, $"is not valid JSON: {Plain(error)}", error);
        }
    }

    /// <summary>What the parser says, without its own count of lines: those of the place are right.</summary>
    public static string Plain(Exception error)
    {
        string message = error.Message;
        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Checkpoints.Printable.Line((place < 0 ? message : message[..place]).TrimEnd('.', ' '));
    }

    private static void RequireUtf8(ReadOnlySpan<byte> bytes, DataPlace place)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new DataException(place, "is not UTF-8; convert the file");
        }
    }

    /// <summary>Escapes can still spell half a character ("\ud83d" alone), which the parser notices only when the text is asked for.</summary>
    private static void RequireWholeTexts(JsonElement element)
    {
        if (JsonMarshal.GetRawUtf8Value(element).IndexOf("\\u"u8) < 0)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    RequireWholeTexts(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    RequireWholeTexts(item);
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
