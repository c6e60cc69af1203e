using System.Text;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>Reads chat messages as a conversation about pictures, and refuses by name whatever the model cannot take in.</summary>
/// <param name="template">How the model reads conversations.</param>
/// <param name="format">How it reads boxes.</param>
/// <param name="geometryOf">What is done to a picture of a size before the model sees it.</param>
/// <param name="decoding">How pictures are decoded.</param>
internal sealed class ChatMessageReader(
    PromptTemplate template, BoxFormat format, Func<PictureSize, ImageGeometry> geometryOf, ImageDecodingOptions decoding)
{
    private readonly List<RgbImage> _images = [];
    private readonly List<Turn> _turns = [];
    private readonly List<string> _system = [];
    private readonly List<TurnPart> _open = []; // of the user's turn that is being read: what belongs together may come in several messages
    private bool _isUsersTurn;
    private int _message;

    /// <summary>Reads messages; to be called once.</summary>
    /// <param name="messages">The conversation; the last message is the user's.</param>
    /// <param name="instructions">What stands before the first message besides system messages.</param>
    internal (Conversation Conversation, IReadOnlyList<RgbImage> Images) Read(IEnumerable<ChatMessage> messages, string? instructions)
    {
        foreach (ChatMessage message in messages)
        {
            _message++;
            Read(message);
        }

        EndUserTurn();
        if (_turns.Count == 0 || _turns[^1].Role != TurnRole.User)
        {
            throw new ArgumentException("The last message must be the user's; there is nothing to answer.", nameof(messages));
        }

        if (!string.IsNullOrEmpty(instructions))
        {
            RequireSystem("ChatOptions.Instructions");
            _system.Add(instructions);
        }

        try
        {
            return (new Conversation(_turns, _system.Count > 0 ? string.Join('\n', _system) : null), _images);
        }
        catch (CommSharpException error)
        {
            throw new ArgumentException(error.Message, nameof(messages), error);
        }
    }

    private void Read(ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            ReadSystem(message);
        }
        else if (message.Role == ChatRole.User)
        {
            ReadUser(message);
        }
        else if (message.Role == ChatRole.Assistant)
        {
            ReadAssistant(message);
        }
        else
        {
            throw new NotSupportedException($"Message {_message} has the role \"{message.Role}\"; system, user and assistant are supported.");
        }
    }

    private void ReadSystem(ChatMessage message)
    {
        if (_turns.Count > 0 || _isUsersTurn)
        {
            throw new NotSupportedException($"Message {_message} is a system message amid the conversation; the model reads one only before it.");
        }

        RequireSystem($"Message {_message}, a system message,");
        _system.Add(Words(message, "a system message"));
    }

    private void RequireSystem(string what)
    {
        if (template.System.Length + template.SystemEnd.Length == 0)
        {
            throw new NotSupportedException($"{what} is not supported: this model's prompt has no place before the first question.");
        }
    }

    private void ReadAssistant(ChatMessage message)
    {
        EndUserTurn();
        string text = Words(message, "an assistant's message");
        if (_turns.Count == 0 || _turns[^1].Role == TurnRole.Assistant)
        {
            throw new ArgumentException($"Message {_message} is the assistant's, but it is not its turn: user and assistant speak by turns, the user first.");
        }

        _turns.Add(Turn.Assistant(text));
    }

    private string Words(ChatMessage message, string where) => string.Concat(message.Contents.Select(content => content is TextContent text
        ? text.Text
        : throw Unsupported(content, where)));

    private void ReadUser(ChatMessage message)
    {
        if (_isUsersTurn)
        {
            _open.Add(new TextPart("\n"));
        }

        _isUsersTurn = true;
        foreach (AIContent content in message.Contents)
        {
            _open.Add(ReadPart(content));
        }
    }

    private void EndUserTurn()
    {
        if (_isUsersTurn)
        {
            _turns.Add(new Turn(TurnRole.User, Joined(_open)));
            _open.Clear();
            _isUsersTurn = false;
        }
    }

    private TurnPart ReadPart(AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                return new TextPart(text.Text);
            case RegionContent region:
                return new TextPart(Write(region));
            case UriContent { Uri.Scheme: "data" } uri:
                return Show(Embedded(uri), uri);
            case UriContent uri:
                throw new NotSupportedException(
                    $"Message {_message} names the picture {uri.Uri}; nothing is fetched from addresses: send its bytes as {nameof(DataContent)}.");
            case DataContent data:
                return Show(data, data);
            default:
                throw Unsupported(content, "a user's message");
        }
    }

    private DataContent Embedded(UriContent uri)
    {
        try
        {
            return new DataContent(uri.Uri, uri.MediaType);
        }
        catch (Exception error) when (error is ArgumentException or UriFormatException or FormatException)
        {
            throw new ArgumentException($"Message {_message} has a data: URI that cannot be read: {error.Message}", error);
        }
    }

    private ImagePart Show(DataContent data, AIContent given)
    {
        if (!data.HasTopLevelMediaType("image"))
        {
            throw Unsupported(given, "a user's message", data.MediaType);
        }

        string name = data.Name is { Length: > 0 } own ? own : $"picture {_images.Count + 1}";
        _images.Add(ImageDecoder.Decode(data.Data.Span, $"message {_message}, {name}", decoding));
        return new ImagePart();
    }

    private string Write(RegionContent region)
    {
        int index = region.ImageIndex ?? _images.Count - 1;
        if (index < 0 || index >= _images.Count)
        {
            throw new ArgumentException($"Message {_message} points at picture {index}, counted from 0, but {_images.Count} have been shown before it.");
        }

        ImageGeometry geometry = geometryOf(PictureSize.Of(_images[index]));
        return (region.Box, region.Point) switch
        {
            ({ } box, null) => format.Write(geometry.ToModel(Seen(box, geometry))),
            (null, { } point) => format.Write(Seen(point, geometry)),
            _ => throw new ArgumentException($"Message {_message} has a {nameof(RegionContent)} that needs either a box or a point."),
        };
    }

    private PixelBox Seen(PixelBox box, ImageGeometry geometry)
    {
        bool isWithin = box is { X1: >= 0, Y1: >= 0 } && box.X2 <= geometry.Width && box.Y2 <= geometry.Height && box.Area > 0;
        return !isWithin
            ? throw new ArgumentException($"Message {_message} points at {box}, which is no box with an area within its picture of {geometry.Width} x {geometry.Height} pixels.")
            : geometry.VisibleFractionOf(box) > 0
                ? box
                : throw new ArgumentException($"Message {_message} points at {box}; the model sees the middle of this picture only, and this lies beside it.");
    }

    private NormalizedPoint Seen(PixelPoint pixel, ImageGeometry geometry)
    {
        bool isWithin = pixel is { X: >= 0, Y: >= 0 } && pixel.X <= geometry.Width && pixel.Y <= geometry.Height;
        NormalizedPoint point = geometry.ToModel(pixel);
        return isWithin && point.IsWithinPicture()
            ? point
            : throw new ArgumentException($"Message {_message} points at {pixel}, which is not in what the model sees of its picture of {geometry.Width} x {geometry.Height} pixels.");
    }

    /// <summary>Texts that stand together as one, so that a region within a sentence does not cut it.</summary>
    private static List<TurnPart> Joined(List<TurnPart> parts)
    {
        var joined = new List<TurnPart>();
        var text = new StringBuilder();
        foreach (TurnPart part in parts)
        {
            if (part is TextPart words)
            {
                text.Append(words.Text);
                continue;
            }

            Flush();
            joined.Add(part);
        }

        Flush();
        return joined;

        void Flush()
        {
            if (text.Length > 0)
            {
                joined.Add(new TextPart(text.ToString()));
                text.Clear();
            }
        }
    }

    private NotSupportedException Unsupported(AIContent content, string where, string? mediaType = null) => new(
        $"Message {_message}: {content.GetType().Name}{(mediaType is null ? "" : $" of type {mediaType}")} is not supported in {where}.");
}
