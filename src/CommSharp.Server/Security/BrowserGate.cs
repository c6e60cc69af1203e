using System.Net;
using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;

namespace CommSharp.Server.Security;

/// <summary>
/// Keeps pages of other sites from using the server through the browser of somebody who can reach it: by a request across origins, or by a name of
/// their own that they let point at this machine.
/// </summary>
/// <param name="next">What is guarded.</param>
/// <param name="options">The server's options.</param>
internal sealed class BrowserGate(RequestDelegate next, ServerOptions options)
{
    // A key already keeps strangers out, and behind a proxy the name may be anything.
    private readonly bool _checksName = options.ApiKeys.Count == 0 && IPAddress.IsLoopback(options.Address);

    public Task InvokeAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        HostString host = http.Request.Host;
        if (_checksName && !IsThisMachine(host.Host))
        {
            return RefuseAsync(http, $"Without an API key this server answers only to localhost, not to '{host.Host}'.", "unknown_host");
        }

        string origin = http.Request.Headers.Origin.ToString();
        return origin.Length > 0 && !IsOwn(origin, host) ? RefuseAsync(http, $"Pages of '{origin}' may not use this server.", "foreign_origin") : next(http);
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
        && Uri.TryCreate($"{page.Scheme}://{host.Value}", UriKind.Absolute, out Uri? own)
        && page.Authority == own.Authority;

    private static bool IsThisMachine(string name) =>
        name.Length == 0 || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static Task RefuseAsync(HttpContext http, string message, string code) =>
        ErrorResponses.WriteAsync(http, ApiException.Of(StatusCodes.Status403Forbidden, message, code));
}
