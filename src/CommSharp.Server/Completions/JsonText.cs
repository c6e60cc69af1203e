using System.Text.Json;
using CommSharp.Server.Errors;

namespace CommSharp.Server.Completions;

/// <summary>Texts of JSON that was read without decoding them.</summary>
internal static class JsonText
{
    /// <summary>A string's text. Escapes may stand for half a character, which no text may hold.</summary>
    public static string Of(JsonElement value, string parameter) =>
        WholeOf(value) ?? throw ApiException.Invalid($"Invalid '{parameter}': it holds half a character.", parameter, "invalid_json");

    /// <summary>A string's text; null where its escapes stand for half a character.</summary>
    public static string? WholeOf(JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An object's member; null without one, or where the escapes of a name that is compared with its own stand for half a character.</summary>
    public static JsonElement? MemberOf(JsonElement value, string name)
    {
        try
        {
            return value.TryGetProperty(name, out JsonElement member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
