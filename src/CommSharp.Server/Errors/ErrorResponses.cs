using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CommSharp.Server.Errors;

/// <summary>Turns whatever goes wrong into an answer in OpenAI's shape.</summary>
/// <param name="next">What may fail.</param>
/// <param name="failed">Told of faults that are the server's own.</param>
internal sealed class ErrorResponses(RequestDelegate next, Action<Exception> failed)
{
    private const int ClientClosedRequest = 499; // nobody reads it; it tells the metrics that no fault happened

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception error) when (http.RequestAborted.IsCancellationRequested)
        {
            if (!http.Response.HasStarted)
            {
                http.Response.StatusCode = ClientClosedRequest;
            }

            if (error is not (OperationCanceledException or IOException))
            {
                failed(error);
            }
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            ApiException refusal = Refusal(error);
            Note(refusal);
            await WriteAsync(http, refusal).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the server's own output of a fault that is the server's.</summary>
    public static void Note(ApiException refusal, Action<Exception> failed)
    {
        if (refusal.Status == StatusCodes.Status500InternalServerError)
        {
            failed(refusal.InnerException ?? refusal);
        }
    }

    /// <summary>What a caller is told of an error.</summary>
    public static ApiException Refusal(Exception error) => error switch
    {
        ApiException refusal => refusal,
        BadHttpRequestException bad => ApiException.Of(bad.StatusCode, bad.Message),
        JsonException json => ApiException.Invalid($"The body is no JSON that can be read: {json.Message}", json.Path?.TrimStart('$', '.'), "invalid_json", json),
        _ => ApiException.Internal(error),
    };

    public static ErrorBody Body(ApiException refusal) => new(new ErrorDetail(refusal.Message, refusal.Type, refusal.Parameter, refusal.Code));

    public static Task WriteAsync(HttpContext http, ApiException refusal)
    {
        http.Response.Clear();
        http.Response.Headers.XContentTypeOptions = "nosniff"; // cleared with the rest
        http.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge)
        {
            http.Response.Headers.Connection = "close"; // the rest of the body would have to be read to use the connection again
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return http.Response.WriteAsJsonAsync(Body(refusal), ServerJson.Default.ErrorBody, contentType: null, http.RequestAborted);
    }

    /// <summary>Gives a bare status, such as that of an unknown path, a body.</summary>
    public static Task ExplainAsync(HttpContext http)
    {
        int status = http.Response.StatusCode;
        string reason = ReasonPhrases.GetReasonPhrase(status);
        return http.Response.WriteAsJsonAsync(
            Body(ApiException.Of(status, $"{reason}: {http.Request.Method} {http.Request.Path}")), ServerJson.Default.ErrorBody, contentType: null, http.RequestAborted);
    }

    private void Note(ApiException refusal) => Note(refusal, failed);
}
