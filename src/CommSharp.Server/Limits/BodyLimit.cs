using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;

namespace CommSharp.Server.Limits;

/// <summary>Refuses bodies that are too large: by what they declare before any of it is read, or at the byte that is too much.</summary>
/// <param name="next">What reads bodies.</param>
/// <param name="limit">The largest body, in bytes.</param>
internal sealed class BodyLimit(RequestDelegate next, long limit)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.ContentLength > limit)
        {
            http.Response.Headers.Connection = "close"; // the rest of the body would have to be read to use the connection again
            throw ApiException.TooLarge(limit);
        }

        http.Request.Body = new LimitedStream(http.Request.Body, limit);
        return next(http);
    }
}
