using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Layers;
using CommSharp.Multimodal;
using CommSharp.Multimodal.Folders;
using CommSharp.Runtime;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>
/// A model that sees, as any .NET application knows chat models. Pictures are <see cref="DataContent"/> of the user's messages, as many and in as many
/// turns as the context holds; places in them are <see cref="RegionContent"/>. Boxes come back as <see cref="BoxAnnotation"/>. By default the best token is
/// taken every time. What cannot be honoured is refused by name: <see cref="NotSupportedException"/> for what a model like this cannot do,
/// <see cref="ArgumentException"/> for what is wrong in itself. May be used from any thread, by many callers at once.
/// </summary>
public sealed class CommChatClient : IChatClient
{
    /// <summary>The count of tokens of text among a prompt's, in <see cref="UsageDetails.AdditionalCounts"/>.</summary>
    public const string TextTokens = "inputTextTokens";

    /// <summary>The count of tokens of pictures among a prompt's, in <see cref="UsageDetails.AdditionalCounts"/>.</summary>
    public const string ImageTokens = "inputImageTokens";

    /// <summary>The name of the provider in <see cref="ChatClientMetadata"/>.</summary>
    public const string ProviderName = "commsharp";

    private readonly AnswerEngine _engine;
    private readonly bool _ownsEngine;
    private readonly ImageDecodingOptions _decoding;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes a client of an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="decoding">How pictures are decoded, and which are too large; the defaults when null.</param>
    /// <param name="ownsEngine">Whether the engine is disposed of with the client.</param>
    public CommChatClient(AnswerEngine engine, ImageDecodingOptions? decoding = null, bool ownsEngine = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _ownsEngine = ownsEngine;
        _decoding = decoding ?? ImageDecodingOptions.Default;
        _metadata = new ChatClientMetadata(ProviderName, providerUri: null, engine.Config.Name ?? ProviderName);
    }

    /// <summary>Loads a model from a folder, with an engine of its own.</summary>
    /// <param name="folder">The folder of a whole multimodal model: COMM, LLaVA-1.5 or Shikra.</param>
    /// <param name="tensors">How weights are held; as the model's files have them, on the processor, when null.</param>
    /// <param name="options">What the engine may take; the defaults when null.</param>
    /// <exception cref="CommSharpException">It is no such folder, or cannot be read.</exception>
    public static CommChatClient Load(string folder, TensorOptions? tensors = null, AnswerEngineOptions? options = null)
    {
        NativeRuntime.Load();
        MultimodalFolder opened = MultimodalFolder.Open(folder);
        tensors ??= TensorOptions.Default with { Dtype = opened.StoredDtype() };
        return new CommChatClient(AnswerEngine.Load(opened, tensors, options), ownsEngine: true);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Content or an option that the model cannot honour; names it.</exception>
    /// <exception cref="ArgumentException">Messages or options that are wrong; says what.</exception>
    /// <exception cref="ImageException">A picture that cannot be decoded or is too large.</exception>
    /// <exception cref="EngineFullException">As many questions wait as may.</exception>
    /// <exception cref="CommSharpException">The conversation is longer than the model's context.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Question question = Read(messages, options);
        Answer answer = await _engine.AskAsync(question, cancellationToken).ConfigureAwait(false);
        var text = new TextContent(answer.Text);
        AIAnnotation[] annotations =
            [.. AnswerContents.Places(answer.Phrases, question.Images.Count - 1), .. AnswerContents.Problems(answer.Problems)];
        text.Annotations = annotations.Length > 0 ? [.. annotations] : null;
        string id = NewId();
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, [text]) { MessageId = id })
        {
            ResponseId = id,
            ModelId = _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = AnswerContents.Finish(answer.Finish),
            Usage = AnswerContents.Usage(answer.Usage),
            RawRepresentation = answer,
        };
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An update holds text, or an empty text that carries the annotations of phrases that have just been completed. Their spans count in the whole answer,
    /// so that updates joined by <c>ToChatResponse</c> have the same <see cref="ChatResponse.Text"/>, spans and boxes as an answer that came at once. The
    /// last update has the finish reason and the usage.
    /// </remarks>
    /// <exception cref="NotSupportedException">As for <see cref="GetResponseAsync"/>, as all the others.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Question question = Read(messages, options);
        int image = question.Images.Count - 1;
        string id = NewId();
        DateTimeOffset created = DateTimeOffset.UtcNow;
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            PendingAnswer pending = _engine.Submit(question, abandoned.Token);
            await foreach (AnswerPiece piece in pending.Pieces.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (piece.Text.Length > 0)
                {
                    yield return Update(new TextContent(piece.Text));
                }

                if (piece.Phrases.Count > 0)
                {
                    yield return Update(new TextContent("") { Annotations = [.. AnswerContents.Places(piece.Phrases, image)] });
                }
            }

            Answer answer = await pending.Whole.ConfigureAwait(false);
            if (answer.Problems.Count > 0)
            {
                yield return Update(new TextContent("") { Annotations = [.. AnswerContents.Problems(answer.Problems)] });
            }

            ChatResponseUpdate last = Update(new UsageContent(AnswerContents.Usage(answer.Usage)));
            last.FinishReason = AnswerContents.Finish(answer.Finish);
            last.RawRepresentation = answer;
            yield return last;
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false); // whoever stops reading needs no more tokens
        }

        ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content])
        {
            ResponseId = id,
            MessageId = id,
            ModelId = _metadata.DefaultModelId,
            CreatedAt = created,
        };
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Reaches <see cref="ChatClientMetadata"/>, the <see cref="AnswerEngine"/>, the <see cref="MultimodalModel"/>, its <see cref="MultimodalConfig"/> and its
    /// <see cref="LlamaTokenizer"/>.
    /// </remarks>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null
            ? null
            : new object[] { this, _metadata, _engine, _engine.Model, _engine.Config, _engine.Tokenizer }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Disposes of the engine, if it is the client's own.</summary>
    public void Dispose()
    {
        if (_ownsEngine)
        {
            _engine.Dispose();
        }
    }

    private static string NewId() => $"comm-{Guid.NewGuid():N}";

    private Question Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        MultimodalConfig config = _engine.Config;
        ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        (GenerationOptions generation, CommChatOptions extra) = ChatOptionsReader.Read(options, this, _metadata.DefaultModelId!, seed);
        var reader = new ChatMessageReader(config.Prompt, config.Boxes, _engine.GeometryOf, _decoding);
        (Conversation conversation, IReadOnlyList<RgbImage> images) = reader.Read(messages, options?.Instructions);
        return new Question
        {
            Conversation = conversation,
            Images = images,
            Options = generation,
            Boxes = extra.Boxes,
            Constraint = extra.Constraint,
        };
    }
}
