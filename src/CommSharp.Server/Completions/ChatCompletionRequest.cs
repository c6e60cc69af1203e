using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommSharp.Server.Completions;

/// <summary>A request as OpenAI's clients send it, with what is CommSharp's own. Members that are not here are tolerated, unless they mean something.</summary>
internal sealed record ChatCompletionRequest
{
    /// <summary>The served model's name; may be left out.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation; the last message is the user's.</summary>
    public required IReadOnlyList<RequestMessage> Messages { get; init; }

    /// <summary>Whether the answer is sent as it comes.</summary>
    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    public int? MaxTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    /// <summary>0, the default, takes the best token every time.</summary>
    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public long? Seed { get; init; }

    /// <summary>A text that ends the answer, or several.</summary>
    public JsonElement? Stop { get; init; }

    public int? N { get; init; }

    /// <summary>CommSharp's own: draws among so many likeliest tokens.</summary>
    public int? TopK { get; init; }

    /// <summary>CommSharp's own: above 1, what was said scores less.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>CommSharp's own: none, constrained (a box that is begun can be read) or only (nothing but boxes).</summary>
    public string? Boxes { get; init; }

    /// <summary>All other members.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; } // generated contracts cannot initialise it
}

/// <summary>What a streamed answer brings besides.</summary>
internal sealed record StreamOptions
{
    /// <summary>Whether the last chunk tells what the answer took.</summary>
    public bool? IncludeUsage { get; init; }
}

/// <summary>A message of a request.</summary>
internal sealed record RequestMessage
{
    /// <summary>system or developer, user, assistant.</summary>
    public required string Role { get; init; }

    /// <summary>A text, or a list of parts: text, image_url, and CommSharp's region.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>All other members.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; } // generated contracts cannot initialise it
}

/// <summary>A part of a message.</summary>
internal sealed record ContentPart
{
    /// <summary>text, image_url or region.</summary>
    public required string Type { get; init; }

    public string? Text { get; init; }

    public ImageAddress? ImageUrl { get; init; }

    /// <summary>A region's box, [left, top, right, bottom] in pixels of the original picture.</summary>
    public double[]? Box { get; init; }

    /// <summary>A region's point, [x, y] in pixels of the original picture.</summary>
    public double[]? Point { get; init; }

    /// <summary>The region's picture, counted from 0 in the conversation; the last one shown so far when left out.</summary>
    public int? ImageIndex { get; init; }
}

/// <summary>Where a picture is.</summary>
internal sealed record ImageAddress
{
    /// <summary>A data URL, or an address on one of the hosts that the server fetches from.</summary>
    public required string Url { get; init; }
}
