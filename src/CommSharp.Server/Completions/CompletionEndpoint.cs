using CommSharp.Chat;
using CommSharp.Server.Errors;
using CommSharp.Server.Limits;
using CommSharp.Server.Pictures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Completions;

/// <summary>POST /v1/chat/completions.</summary>
internal sealed class CompletionEndpoint(
    CommChatClient client, ServedModel model, MessageReader messages, PixelBudget budget, ServerOptions options, FaultNotes faults)
{
    public async Task AnswerAsync(HttpContext http)
    {
        CancellationToken cancellationToken = http.RequestAborted;
        Call call = await ReadAsync(http).ConfigureAwait(false);
        using IDisposable pixels = budget.Take(call.Conversation.SelectMany(message => message.Contents).OfType<DataContent>(), "messages");
        if (call.IsStreamed)
        {
            IAsyncEnumerable<ChatResponseUpdate> updates = client.GetStreamingResponseAsync(call.Conversation, call.Options, cancellationToken);
            await new CompletionStream(http, model.Name, call.IncludesUsage, faults).SendAsync(updates).ConfigureAwait(false);
            return;
        }

        ChatResponse response = await ClientErrors.TranslateAsync(() => client.GetResponseAsync(call.Conversation, call.Options, cancellationToken)).ConfigureAwait(false);
        ChatCompletion completion = Completion(response);
        await http.Response.WriteAsJsonAsync(completion, ServerJson.Default.ChatCompletion, contentType: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an answer took, in OpenAI's words.</summary>
    public static CompletionUsage Usage(UsageDetails? usage) => new(
        usage?.InputTokenCount ?? 0,
        usage?.OutputTokenCount ?? 0,
        usage?.TotalTokenCount ?? 0,
        new PromptTokensDetails(Count(usage, CommChatClient.TextTokens), Count(usage, CommChatClient.ImageTokens)));

    private static long Count(UsageDetails? usage, string name) => usage?.AdditionalCounts?.GetValueOrDefault(name) ?? 0;

    /// <summary>Reads a request, whose text, pictures in base64 among it, is free again when the answer begins.</summary>
    private async Task<Call> ReadAsync(HttpContext http)
    {
        CancellationToken cancellationToken = http.RequestAborted;
        ChatCompletionRequest request = await JsonBody.ReadAsync(http.Request, ServerJson.Default.ChatCompletionRequest, cancellationToken).ConfigureAwait(false);
        model.Require(request.Model);
        ChatOptions chat = CompletionOptions.Read(request, options);
        IReadOnlyList<ChatMessage> conversation = await messages.ReadAsync(request.Messages, cancellationToken).ConfigureAwait(false);
        return new Call(conversation, chat, request.Stream is true, request.StreamOptions?.IncludeUsage is true);
    }

    private ChatCompletion Completion(ChatResponse response)
    {
        var message = new AnswerMessage(response.Text, WireAnnotation.Of(response.Messages.SelectMany(each => each.Contents)));
        return new ChatCompletion(
            response.ResponseId!,
            response.CreatedAt!.Value.ToUnixTimeSeconds(),
            model.Name,
            [new CompletionChoice(0, message, response.FinishReason?.Value)],
            Usage(response.Usage));
    }

    private sealed record Call(IReadOnlyList<ChatMessage> Conversation, ChatOptions Options, bool IsStreamed, bool IncludesUsage);
}
