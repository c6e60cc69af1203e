using System.Text.Json;
using CommSharp.Server.Errors;

namespace CommSharp.Server.Completions;

/// <summary>Members of a request that would change the answer and cannot be honoured. Everything else that is not known is tolerated.</summary>
internal static class RefusedParameters
{
    private const string NoTools = "the model calls no tools";
    private const string NoPenalty = "use repetition_penalty, which is CommSharp's own";
    private const string NoScores = "probabilities of tokens are not told; boxes have a confidence";

    /// <summary>For each member the reason, and when its value is harmless after all.</summary>
    private static readonly Dictionary<string, (string Reason, Func<JsonElement, bool> IsHarmless)> Refused = new(StringComparer.Ordinal)
    {
        ["tools"] = (NoTools, IsEmptyList),
        ["tool_choice"] = (NoTools, value => IsText(value, "none", "auto")),
        ["functions"] = (NoTools, IsEmptyList),
        ["function_call"] = (NoTools, value => IsText(value, "none", "auto")),
        ["response_format"] = ("answers are text, and boxes come as annotations", IsTextFormat),
        ["logprobs"] = (NoScores, value => value.ValueKind == JsonValueKind.False),
        ["top_logprobs"] = (NoScores, IsZero),
        ["logit_bias"] = ("single tokens cannot be favoured", value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()),
        ["frequency_penalty"] = (NoPenalty, IsZero),
        ["presence_penalty"] = (NoPenalty, IsZero),
        ["modalities"] = ("answers are text", value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(each => IsText(each, "text"))),
        ["audio"] = ("answers are text", _ => false),
        ["prediction"] = ("answers are not predicted", _ => false),
        ["web_search_options"] = ("nothing is looked up", _ => false),
        ["reasoning_effort"] = ("the model does not reason apart from its answer", value => IsText(value, "none")),
        ["store"] = ("nothing is kept", value => value.ValueKind == JsonValueKind.False),
        ["min_p"] = ("use top_p", IsZero),
        ["best_of"] = ("there is one answer", value => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 1),
    };

    private static readonly string[] RefusedInMessages = ["tool_calls", "function_call", "audio", "tool_call_id"];

    /// <summary>Refuses the first member that cannot be honoured, by its name.</summary>
    public static void Check(Dictionary<string, JsonElement>? members)
    {
        foreach ((string name, JsonElement value) in members ?? [])
        {
            if (value.ValueKind != JsonValueKind.Null && Refused.TryGetValue(name, out var refused) && !refused.IsHarmless(value))
            {
                throw ApiException.Unsupported(name, refused.Reason);
            }
        }
    }

    /// <summary>The same for a message's members.</summary>
    public static void CheckMessage(Dictionary<string, JsonElement>? members, string place)
    {
        foreach ((string name, JsonElement value) in members ?? [])
        {
            if (RefusedInMessages.Contains(name) && value.ValueKind != JsonValueKind.Null && !IsEmptyList(value))
            {
                throw ApiException.Unsupported($"{place}.{name}", NoTools);
            }
        }
    }

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0;

    private static bool IsEmptyList(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static bool IsText(JsonElement value, params ReadOnlySpan<string> allowed) =>
        value.ValueKind == JsonValueKind.String && JsonText.WholeOf(value) is { } text && allowed.Contains(text);

    private static bool IsTextFormat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && JsonText.MemberOf(value, "type") is { } type && IsText(type, "text");
}
