using CommSharp.Server.Completions;

namespace CommSharp.Server.Grounding;

/// <summary>What is to be found where.</summary>
internal sealed record GroundRequest
{
    /// <summary>The served model's name; may be left out.</summary>
    public string? Model { get; init; }

    /// <summary>The picture: a data URL, or an address on one of the hosts that the server fetches from.</summary>
    public required string Image { get; init; }

    /// <summary>What to find.</summary>
    public string? Phrase { get; init; }

    /// <summary>Several things to find.</summary>
    public IReadOnlyList<string>? Phrases { get; init; }

    /// <summary>The question; &lt;expr&gt; stands for the phrase.</summary>
    public string? Template { get; init; }

    /// <summary>The longest answer for each phrase.</summary>
    public int? MaxTokens { get; init; }
}

/// <summary>What was found, phrase by phrase in the request's order.</summary>
internal sealed record GroundResponse(string Model, IReadOnlyList<GroundedPhrase> Phrases, CompletionUsage Usage)
{
    public string Object { get; } = "grounding";
}

/// <summary>A phrase and its boxes; finish_reason is "length" when the answer was cut off before its end.</summary>
internal sealed record GroundedPhrase(string Phrase, IReadOnlyList<GroundedBox> Boxes, string? FinishReason);

/// <summary>A box twice: in the model's square, 0..1, and in pixels of the original picture; left, top, right, bottom.</summary>
internal sealed record GroundedBox(double[] Normalized, double[] Pixels, double Confidence);
