using System.Security.Cryptography;
using CommSharp.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace CommSharp.Server.Pages;

/// <summary>The page's files, which are part of the program. They need no key: they hold none, and a browser asks for them before a person can give one.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";
    private const string Start = "index.html";

    /// <summary>Nothing from elsewhere, nothing inline; pictures that a person chose are shown from memory.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (string resource in typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            string path = resource[Folder.Length..];
            byte[] bytes = Read(resource);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexString(SHA256.HashData(bytes))[..16]}\"");
            routes.MapMethods(path == Start ? "/" : $"/{path}", [HttpMethods.Get, HttpMethods.Head], http => SendAsync(http, path, bytes, tag))
                .WithMetadata(OpenToAll.Mark);
        }
    }

    private static Task SendAsync(HttpContext http, string path, byte[] bytes, EntityTagHeaderValue tag)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache"; // kept, but asked for again: a newer server has a newer page
        return Results.Bytes(bytes, ContentType(path), entityTag: tag).ExecuteAsync(http);
    }

    private static byte[] Read(string resource)
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream(resource)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".json" or ".webmanifest" => "application/json",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".jpg" => "image/jpeg",
        ".webp" => "image/webp",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
