using CommSharp.Generation;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>Reads <see cref="ChatOptions"/> and refuses by name whatever cannot be honoured.</summary>
internal static class ChatOptionsReader
{
    /// <summary>Reads options.</summary>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="client">The client that is asked.</param>
    /// <param name="modelId">The name of its model.</param>
    /// <param name="seed">Decides what is drawn when the options do not.</param>
    internal static (GenerationOptions Generation, CommChatOptions Extra) Read(ChatOptions? options, IChatClient client, string modelId, ulong seed)
    {
        if (options is null)
        {
            return (new GenerationOptions { Seed = seed }, new CommChatOptions());
        }

        Refuse(options, modelId);
        CommChatOptions extra = Extra(options, client);
        var defaults = new GenerationOptions();
        var generation = new GenerationOptions
        {
            MaxTokens = options.MaxOutputTokens ?? defaults.MaxTokens,
            Temperature = options.Temperature ?? defaults.Temperature,
            TopK = options.TopK ?? defaults.TopK,
            TopP = options.TopP ?? defaults.TopP,
            RepetitionPenalty = extra.RepetitionPenalty,
            Seed = options.Seed is { } given ? unchecked((ulong)given) : seed,
            Stop = [.. options.StopSequences ?? []],
        };
        try
        {
            generation.Validate();
        }
        catch (CommSharpException error)
        {
            throw new ArgumentException(error.Message, nameof(options), error);
        }

        return (generation, extra);
    }

    private static void Refuse(ChatOptions options, string modelId)
    {
        Refuse(options.Tools is { Count: > 0 }, nameof(ChatOptions.Tools), "the model calls no tools");
        Refuse(options.ToolMode is RequiredChatToolMode, nameof(ChatOptions.ToolMode), "the model calls no tools");
        Refuse(options.ResponseFormat is not (null or ChatResponseFormatText), nameof(ChatOptions.ResponseFormat), "answers are text");
        Refuse(options.FrequencyPenalty is not (null or 0), nameof(ChatOptions.FrequencyPenalty), Penalty);
        Refuse(options.PresencePenalty is not (null or 0), nameof(ChatOptions.PresencePenalty), Penalty);
        Refuse(options.Reasoning is not null, nameof(ChatOptions.Reasoning), "the model does not reason apart from its answer");
        Refuse(options.ConversationId is not null, nameof(ChatOptions.ConversationId), "no conversation is kept; send its messages");
        Refuse(options.AllowBackgroundResponses is true, "AllowBackgroundResponses", "answers come while they are waited for");
        Refuse(options.ContinuationToken is not null, "ContinuationToken", "answers come while they are waited for");
        Refuse(options.AdditionalProperties is { Count: > 0 }, $"AdditionalProperties ({string.Join(", ", options.AdditionalProperties?.Keys ?? [])})", "none are known");
        if (options.ModelId is { } other && other != modelId)
        {
            throw new ArgumentException($"ChatOptions.ModelId is \"{other}\", but this client's model is \"{modelId}\"; leave it out.", nameof(options));
        }

        static void Refuse(bool given, string member, string reason)
        {
            if (given)
            {
                throw new NotSupportedException($"ChatOptions.{member} is not supported: {reason}.");
            }
        }
    }

    private const string Penalty = "the sampler has a repetition penalty instead, see CommChatOptions";

    private static CommChatOptions Extra(ChatOptions options, IChatClient client) => options.RawRepresentationFactory?.Invoke(client) switch
    {
        null => new CommChatOptions(),
        CommChatOptions extra => extra,
        var other => throw new NotSupportedException(
            $"ChatOptions.RawRepresentationFactory gives a {other.GetType().Name}; only {nameof(CommChatOptions)} is supported."),
    };
}
