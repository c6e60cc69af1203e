using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;

namespace CommSharp.Server.Limits;

/// <summary>Reads a body as JSON.</summary>
internal static class JsonBody
{
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> contract, CancellationToken cancellationToken)
    {
        // A page of another site can send any other type without asking the browser first.
        if (!request.HasJsonContentType())
        {
            throw ApiException.Of(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON; send 'Content-Type: application/json'.", "unsupported_media_type");
        }

        return await JsonSerializer.DeserializeAsync(request.Body, contract, cancellationToken).ConfigureAwait(false)
            ?? throw ApiException.Invalid("The body is null; send an object.", null, "invalid_json");
    }
}
