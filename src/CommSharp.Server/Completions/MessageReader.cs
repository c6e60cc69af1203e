using System.Text.Json;
using CommSharp.Chat;
using CommSharp.Imaging;
using CommSharp.Server.Errors;
using CommSharp.Server.Pictures;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Completions;

/// <summary>Reads a request's messages as the chat client's, pictures included.</summary>
internal sealed class MessageReader(PictureReader pictures, ServerOptions options)
{
    private const int MostParts = 1024;

    public async Task<IReadOnlyList<ChatMessage>> ReadAsync(IReadOnlyList<RequestMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            throw ApiException.Invalid("Invalid 'messages': there is none.", "messages");
        }

        var read = new List<ChatMessage>();
        var allowance = new FetchAllowance(options.MaxRequestBytes);
        int shown = 0;
        for (int i = 0; i < messages.Count; i++)
        {
            string place = $"messages[{i}]";
            RequestMessage message = messages[i] ?? throw ApiException.Invalid($"Invalid '{place}': it is null.", place);
            RefusedParameters.CheckMessage(message.Others, place);
            ContentPart[] parts = Parts(message.Content, $"{place}.content");
            shown += parts.Count(part => part.Type == "image_url");
            if (shown > options.MaxPictures)
            {
                throw ApiException.Invalid($"The conversation shows more than {options.MaxPictures} pictures, which is the limit.", "messages", "too_many_pictures");
            }

            var contents = new List<AIContent>();
            for (int j = 0; j < parts.Length; j++)
            {
                contents.Add(await ReadAsync(parts[j], $"{place}.content[{j}]", allowance, cancellationToken).ConfigureAwait(false));
            }

            read.Add(new ChatMessage(Role(message.Role, place), contents));
        }

        return read;
    }

    private static ChatRole Role(string role, string place) => role switch
    {
        "system" or "developer" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        "tool" or "function" => throw ApiException.Unsupported($"{place}.role", "the model calls no tools"),
        _ => throw ApiException.Invalid($"Invalid '{place}.role': it must be system, developer, user or assistant.", $"{place}.role"),
    };

    private static ContentPart[] Parts(JsonElement? content, string place)
    {
        switch (content?.ValueKind)
        {
            case JsonValueKind.String:
                return [new ContentPart { Type = "text", Text = JsonText.Of(content.Value, place) }];
            case JsonValueKind.Array when content.Value.GetArrayLength() is > 0 and <= MostParts:
                return [.. content.Value.EnumerateArray().Select((part, i) => Part(part, $"{place}[{i}]"))];
            default:
                throw ApiException.Invalid($"Invalid '{place}': it must be a text or a list of 1 to {MostParts} parts.", place);
        }
    }

    private static ContentPart Part(JsonElement part, string place)
    {
        try
        {
            return part.Deserialize(ServerJson.Default.ContentPart) ?? throw ApiException.Invalid($"Invalid '{place}': it is null.", place);
        }
        catch (JsonException error)
        {
            throw ApiException.Invalid($"Invalid '{place}': {error.Message}", place, null, error);
        }
    }

    private async Task<AIContent> ReadAsync(ContentPart part, string place, FetchAllowance allowance, CancellationToken cancellationToken) => part switch
    {
        { Type: "text", Text: { } text } => new TextContent(text),
        { Type: "image_url", ImageUrl: { } image } => await pictures.ReadAsync(image.Url, $"{place}.image_url.url", allowance, cancellationToken).ConfigureAwait(false),
        { Type: "region" } => Region(part, place),
        { Type: "text" or "image_url" } => throw ApiException.Invalid($"Missing '{place}.{part.Type}'.", $"{place}.{part.Type}"),
        _ => throw ApiException.Invalid($"Invalid '{place}.type': '{part.Type}' is not supported; text, image_url and region are.", $"{place}.type", "unsupported_content"),
    };

    private static RegionContent Region(ContentPart part, string place) => (part.Box, part.Point) switch
    {
        ([var left, var top, var right, var bottom], null) => new RegionContent { Box = new PixelBox(left, top, right, bottom), ImageIndex = part.ImageIndex },
        (null, [var x, var y]) => new RegionContent { Point = new PixelPoint(x, y), ImageIndex = part.ImageIndex },
        _ => throw ApiException.Invalid($"Invalid '{place}': a region has either a box of four numbers or a point of two.", place),
    };
}
