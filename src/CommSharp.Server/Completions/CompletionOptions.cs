using System.Text.Json;
using CommSharp.Answering;
using CommSharp.Chat;
using CommSharp.Server.Errors;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Completions;

/// <summary>Reads how an answer is to be generated, and refuses by name what is out of range.</summary>
internal static class CompletionOptions
{
    private const int DefaultTokens = 512;
    private const int MostStops = 4;
    private const double HottestTemperature = 2;

    public static ChatOptions Read(ChatCompletionRequest request, ServerOptions options)
    {
        RefusedParameters.Check(request.Others);
        Require(request.N is null or 1, "n", "there is one answer to a request; n must be 1");
        Require(request.StreamOptions is null || request.Stream is true, "stream_options", "it is allowed only with stream: true");
        Require(request.Temperature is null or (>= 0 and <= HottestTemperature), "temperature", $"it must be within 0..{HottestTemperature}");
        Require(request.TopP is null or (> 0 and <= 1), "top_p", "it must be above 0 and at most 1");
        Require(request.TopK is null or >= 0, "top_k", "it must be at least 0 (0 for all)");
        Require(request.RepetitionPenalty is null or (> 0 and <= 100), "repetition_penalty", "it must be above 0 and at most 100");
        var extra = new CommChatOptions { Boxes = Guidance(request.Boxes), RepetitionPenalty = request.RepetitionPenalty ?? 1 };
        return new ChatOptions
        {
            MaxOutputTokens = Tokens(request, options.MaxOutputTokens),
            Temperature = (float?)request.Temperature,
            TopP = (float?)request.TopP,
            TopK = request.TopK,
            Seed = request.Seed,
            StopSequences = Stops(request.Stop),
            RawRepresentationFactory = _ => extra,
        };
    }

    /// <summary>The longest answer that is meant, which the server allows.</summary>
    public static int Tokens(int? given, int most, string name)
    {
        Require(given is null or >= 1, name, "it must be at least 1");
        Require(given is null || given <= most, name, $"this server allows at most {most}");
        return given ?? Math.Min(DefaultTokens, most);
    }

    private static int Tokens(ChatCompletionRequest request, int most) => request.MaxCompletionTokens is { } newer
        ? Tokens(newer, most, "max_completion_tokens")
        : Tokens(request.MaxTokens, most, "max_tokens");

    private static BoxGuidance Guidance(string? boxes) => boxes switch
    {
        null or "none" => BoxGuidance.None,
        "constrained" => BoxGuidance.Constrained,
        "only" => BoxGuidance.Only,
        _ => throw ApiException.Invalid("Invalid 'boxes': it must be none, constrained or only.", "boxes"),
    };

    private static string[]? Stops(JsonElement? stop)
    {
        if (stop is not { } value || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        JsonElement[] texts = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        Require(texts.Length <= MostStops, "stop", $"there may be at most {MostStops} texts");
        Require(texts.All(text => text.ValueKind == JsonValueKind.String), "stop", "it must be a text or a list of texts");
        string[] stops = [.. texts.Select(text => JsonText.Of(text, "stop"))];
        Require(stops.All(text => text.Length > 0), "stop", "a text that ends an answer must not be empty");
        return stops;
    }

    private static void Require(bool holds, string parameter, string rule)
    {
        if (!holds)
        {
            throw ApiException.Invalid($"Invalid '{parameter}': {rule}.", parameter);
        }
    }
}
