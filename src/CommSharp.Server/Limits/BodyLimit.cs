using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;

namespace CommSharp.Server.Limits;

/// <summary>
/// Refuses bodies that are too large, by what they declare before any of it is read or at the byte that is too much, and those that take too long: a body
/// that never comes would keep its place among the requests that are worked at.
/// </summary>
/// <param name="next">What reads bodies.</param>
/// <param name="options">The server's options.</param>
internal sealed class BodyLimit(RequestDelegate next, ServerOptions options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.ContentLength > options.MaxRequestBytes)
        {
            throw ApiException.TooLarge(options.MaxRequestBytes);
        }

        using var deadline = new CancellationTokenSource(options.BodyTimeout);
        http.Request.Body = new LimitedStream(http.Request.Body, options.MaxRequestBytes, options.BodyTimeout, deadline.Token);
        await next(http).ConfigureAwait(false);
    }
}
