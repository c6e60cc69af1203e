using CommSharp.Server.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Grounding;

/// <summary>Reads a request that comes as a form: the picture as a file, the rest as fields.</summary>
internal static class GroundForm
{
    private const string Image = "image";

    public static async Task<(GroundRequest Request, DataContent Picture)> ReadAsync(HttpRequest request, ServerOptions options, CancellationToken cancellationToken)
    {
        IFormCollection form = await FormAsync(request, options, cancellationToken).ConfigureAwait(false);
        IFormFile file = form.Files.GetFile(Image) ?? throw ApiException.Invalid($"Missing '{Image}': the form has no file of this name.", Image);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);

        // Who sends a file often gives no type, or a wrong one; what it is, its first bytes tell the decoder.
        var picture = new DataContent(bytes.ToArray(), "image/*");
        return (new GroundRequest
        {
            Image = "",
            Model = One(form, "model"),
            Phrases = [.. form["phrase"].Concat(form["phrases"]).Select(phrase => phrase ?? "")],
            Template = One(form, "template"),
            MaxTokens = Number(form, "max_tokens"),
        }, picture);
    }

    private static async Task<IFormCollection> FormAsync(HttpRequest request, ServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(
                new FormOptions
                {
                    MemoryBufferThreshold = int.MaxValue, // nothing of a caller's goes to the disk; the body's limit bounds the memory
                    MultipartBodyLengthLimit = options.MaxRequestBytes,
                    ValueLengthLimit = GroundEndpoint.LongestText,
                    ValueCountLimit = options.MaxPhrases + 16,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is (InvalidDataException or IOException) and not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw ApiException.Invalid($"The form cannot be read: {error.Message}", null, "invalid_form", error);
        }
    }

    private static string? One(IFormCollection form, string name) => form[name].FirstOrDefault() is { Length: > 0 } value ? value : null;

    private static int? Number(IFormCollection form, string name) => One(form, name) is not { } text ? null
        : int.TryParse(text, out int number) ? number
        : throw ApiException.Invalid($"Invalid '{name}': '{text}' is no number.", name);
}
