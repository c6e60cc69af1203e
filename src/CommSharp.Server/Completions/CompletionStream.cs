using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Completions;

/// <summary>Sends an answer as it comes, by server-sent events.</summary>
internal sealed class CompletionStream(HttpContext http, string model, bool includesUsage, FaultNotes faults)
{
    private string _id = "";
    private long _created;

    /// <summary>Sends all of an answer. What is refused before its first piece is refused like any request.</summary>
    public async Task SendAsync(IAsyncEnumerable<ChatResponseUpdate> answer)
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = answer.GetAsyncEnumerator(http.RequestAborted);
        bool hasMore = await ClientErrors.TranslateAsync(() => updates.MoveNextAsync().AsTask()).ConfigureAwait(false);
        Begin(updates.Current);
        try
        {
            await WriteAsync(new ChunkDelta { Role = "assistant", Content = "" }).ConfigureAwait(false);
            while (hasMore)
            {
                await WriteAsync(updates.Current).ConfigureAwait(false);
                hasMore = await ClientErrors.TranslateAsync(() => updates.MoveNextAsync().AsTask()).ConfigureAwait(false);
            }

            await WriteAsync("[DONE]"u8.ToArray()).ConfigureAwait(false);
        }
        catch (Exception error) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The status has been sent; an event is the only way left to say it.
            ApiException refusal = ErrorResponses.Refusal(error);
            ErrorResponses.Note(refusal, faults.Tell);
            await WriteAsync(ErrorResponses.Body(refusal), ServerJson.Default.ErrorBody).ConfigureAwait(false);
        }
    }

    private void Begin(ChatResponseUpdate first)
    {
        _id = first.ResponseId!;
        _created = first.CreatedAt!.Value.ToUnixTimeSeconds();
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // or a proxy would hold the answer back
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private async Task WriteAsync(ChatResponseUpdate update)
    {
        IReadOnlyList<WireAnnotation> annotations = WireAnnotation.Of(update.Contents);
        if (update.Text.Length > 0 || annotations.Count > 0)
        {
            await WriteAsync(new ChunkDelta
            {
                Content = update.Text.Length > 0 ? update.Text : null,
                Annotations = annotations.Count > 0 ? annotations : null,
            }).ConfigureAwait(false);
        }

        if (update.FinishReason is { } finish)
        {
            await WriteAsync(new ChunkDelta(), finish.Value).ConfigureAwait(false);
            if (includesUsage)
            {
                CompletionUsage usage = CompletionEndpoint.Usage(update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details);
                await WriteAsync(new CompletionChunk(_id, _created, model, []) { Usage = usage }, ServerJson.Default.CompletionChunk).ConfigureAwait(false);
            }
        }
    }

    private Task WriteAsync(ChunkDelta delta, string? finish = null) =>
        WriteAsync(new CompletionChunk(_id, _created, model, [new ChunkChoice(0, delta, finish)]), ServerJson.Default.CompletionChunk);

    private Task WriteAsync<T>(T value, JsonTypeInfo<T> contract) => WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, contract));

    private async Task WriteAsync(byte[] data)
    {
        byte[] message = [.. "data: "u8, .. data, .. "\n\n"u8];
        await http.Response.Body.WriteAsync(message, http.RequestAborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }
}
