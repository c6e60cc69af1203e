using System.Text.Json;
using CommSharp.Server.Errors;

namespace CommSharp.Server.Completions;

/// <summary>Texts of JSON that was read without decoding them.</summary>
internal static class JsonText
{
    /// <summary>A string's text. Escapes may stand for half a character, which no text may hold.</summary>
    public static string Of(JsonElement value, string parameter)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException error)
        {
            throw ApiException.Invalid($"Invalid '{parameter}': it holds half a character.", parameter, "invalid_json", error);
        }
    }
}
