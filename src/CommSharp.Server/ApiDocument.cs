using Microsoft.AspNetCore.OpenApi;

namespace CommSharp.Server;

/// <summary>What the API's document says of itself.</summary>
internal static class ApiDocument
{
    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "CommSharp";
        document.Info.Version = "v1";
        document.Info.Description = "OpenAI's chat completions with pictures, boxes as annotations, and grounding.";
        return Task.CompletedTask;
    });
}
