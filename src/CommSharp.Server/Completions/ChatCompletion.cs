using System.Text.Json.Serialization;

namespace CommSharp.Server.Completions;

/// <summary>A whole answer.</summary>
internal sealed record ChatCompletion(string Id, long Created, string Model, IReadOnlyList<CompletionChoice> Choices, CompletionUsage Usage)
{
    public string Object { get; } = "chat.completion";
}

/// <summary>The answer; there is one.</summary>
internal sealed record CompletionChoice(int Index, AnswerMessage Message, string? FinishReason)
{
    /// <summary>Always null; some clients require it.</summary>
    public object? Logprobs { get; }
}

/// <summary>The assistant's message.</summary>
internal sealed record AnswerMessage(string Content, IReadOnlyList<WireAnnotation> Annotations)
{
    public string Role { get; } = "assistant";

    /// <summary>Always null; some clients require it.</summary>
    public string? Refusal { get; }
}

/// <summary>What an answer took, in tokens.</summary>
internal sealed record CompletionUsage(long PromptTokens, long CompletionTokens, long TotalTokens, PromptTokensDetails PromptTokensDetails);

/// <summary>What a prompt consisted of.</summary>
internal sealed record PromptTokensDetails(long TextTokens, long ImageTokens);

/// <summary>A piece of a streamed answer.</summary>
internal sealed record CompletionChunk(string Id, long Created, string Model, IReadOnlyList<ChunkChoice> Choices)
{
    public string Object { get; } = "chat.completion.chunk";

    /// <summary>In the last chunk, when it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompletionUsage? Usage { get; init; }
}

/// <summary>What the piece adds.</summary>
internal sealed record ChunkChoice(int Index, ChunkDelta Delta, string? FinishReason);

/// <summary>Text or annotations that the answer goes on with.</summary>
internal sealed record ChunkDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WireAnnotation>? Annotations { get; init; }
}
