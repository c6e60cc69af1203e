using CommSharp.Answering.Engine;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Server.Errors;

/// <summary>What the chat client throws, as the caller is told of it. Only for calls of the client: elsewhere the same exceptions are faults of the server.</summary>
internal static class ClientErrors
{
    private const int WhenQueueIsFull = 1;

    public static async Task<T> TranslateAsync<T>(Func<Task<T>> call, string place = "messages")
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (Translate(error, place) is { } refusal)
        {
            throw refusal;
        }
    }

    private static ApiException? Translate(Exception error, string place) => error switch
    {
        EngineFullException => ApiException.Busy(error.Message, "queue_full", WhenQueueIsFull),
        EngineStoppedException or ObjectDisposedException => ApiException.Stopping(error),
        BrokenLogitsException => ApiException.Internal(error),
        PromptTooLongException => ApiException.Invalid(error.Message, place, "context_length_exceeded", error),
        ImageException => ApiException.Invalid(error.Message, place, "invalid_image", error),
        NotSupportedException => ApiException.Invalid(error.Message, place, "unsupported", error),
        ArgumentException or CommSharpException => ApiException.Invalid(error.Message, place, null, error),
        _ => null,
    };
}
