using System.Security.Cryptography;
using System.Text;
using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;

namespace CommSharp.Server.Security;

/// <summary>Lets calls with one of the keys through, before anything of their body is read.</summary>
internal sealed class ApiKeyGate
{
    private const string Scheme = "Bearer ";

    private readonly RequestDelegate _next;
    private readonly byte[][] _keys;

    public ApiKeyGate(RequestDelegate next, IReadOnlyList<string> keys)
    {
        _next = next;
        _keys = [.. keys.Select(Hash)];
    }

    public Task InvokeAsync(HttpContext http)
    {
        if (_keys.Length == 0 || http.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            return _next(http);
        }

        string header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return RefuseAsync(http, "There is no API key; send it as 'Authorization: Bearer KEY'.");
        }

        byte[] given = Hash(header[Scheme.Length..].Trim());
        if (!IsKnown(given))
        {
            return RefuseAsync(http, "The API key is not one of this server's.");
        }

        http.Items[typeof(ApiKeyGate)] = Convert.ToHexString(given);
        return _next(http);
    }

    /// <summary>What identifies the key that a call brought; null without one.</summary>
    public static string? KeyOf(HttpContext http) => http.Items[typeof(ApiKeyGate)] as string;

    private static Task RefuseAsync(HttpContext http, string message) =>
        ErrorResponses.WriteAsync(http, ApiException.Of(StatusCodes.Status401Unauthorized, message, "invalid_api_key"));

    /// <summary>Compares with every key and in constant time, so that how long it takes tells nothing.</summary>
    private bool IsKnown(byte[] given)
    {
        bool isKnown = false;
        foreach (byte[] key in _keys)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(key, given);
        }

        return isKnown;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
