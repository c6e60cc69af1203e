using CommSharp.Answering;
using CommSharp.Answering.Engine;
using CommSharp.Chat;
using CommSharp.Server.Completions;
using CommSharp.Server.Errors;
using CommSharp.Server.Limits;
using CommSharp.Server.Pictures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace CommSharp.Server.Grounding;

/// <summary>POST /v1/ground: where phrases are in a picture. Each is a question of its own, and as many of them as may wait are put together.</summary>
internal sealed class GroundEndpoint(
    CommChatClient client, AnswerEngine engine, ServedModel model, PictureReader pictures, PixelBudget budget, ServerOptions options)
{
    /// <summary>The longest phrase and the longest template, in characters.</summary>
    public const int LongestText = 4096;

    private static readonly CommChatOptions OnlyBoxes = new() { Boxes = BoxGuidance.Only };

    public async Task AnswerAsync(HttpContext http)
    {
        CancellationToken cancellationToken = http.RequestAborted;
        (GroundRequest request, DataContent? picture) = http.Request.HasFormContentType
            ? await GroundForm.ReadAsync(http.Request, options, cancellationToken).ConfigureAwait(false)
            : (await JsonBody.ReadAsync(http.Request, ServerJson.Default.GroundRequest, cancellationToken).ConfigureAwait(false), null);
        model.Require(request.Model);
        string[] phrases = Phrases(request);
        GroundingTemplate template = Template(request.Template);
        int tokens = CompletionOptions.Tokens(request.MaxTokens, options.MaxOutputTokens, "max_tokens");
        picture ??= await pictures.ReadAsync(request.Image, "image", new FetchAllowance(options.MaxRequestBytes), cancellationToken).ConfigureAwait(false);
        using IDisposable pixels = budget.Take(Enumerable.Repeat(picture, phrases.Length), "image"); // each question has a copy of its own
        ChatResponse[] answers = await AskAsync(picture, phrases.Select(template.Write), tokens, cancellationToken).ConfigureAwait(false);
        var usage = new UsageDetails();
        foreach (ChatResponse answer in answers)
        {
            usage.Add(answer.Usage!);
        }

        var response = new GroundResponse(model.Name, [.. phrases.Zip(answers, Found)], CompletionEndpoint.Usage(usage));
        await http.Response.WriteAsJsonAsync(response, ServerJson.Default.GroundResponse, contentType: null, cancellationToken).ConfigureAwait(false);
    }

    private static GroundedPhrase Found(string phrase, ChatResponse answer)
    {
        IEnumerable<BoxAnnotation> boxes = answer.Messages.SelectMany(message => message.Contents).SelectMany(content => content.Annotations ?? []).OfType<BoxAnnotation>();
        return new GroundedPhrase(
            phrase,
            [.. boxes.Select(box => new GroundedBox(WireAnnotation.Numbers(box.Box), WireAnnotation.Numbers(box.Pixels), box.Confidence))],
            answer.FinishReason?.Value);
    }

    private static GroundingTemplate Template(string? text)
    {
        if (text?.Length > LongestText)
        {
            throw TooLong("template", text);
        }

        try
        {
            return text is null ? GroundingTemplate.Default : new GroundingTemplate(text);
        }
        catch (CommSharpException error)
        {
            throw ApiException.Invalid(error.Message, "template", null, error);
        }
    }

    private static ApiException TooLong(string parameter, string text) =>
        ApiException.Invalid($"Invalid '{parameter}': it has {text.Length} characters, but {LongestText} are the limit.", parameter, "text_too_long");

    /// <summary>
    /// Puts all questions, no more of them at once than may wait: an empty queue would refuse the others however often they came. When one fails, the others
    /// are given up.
    /// </summary>
    private async Task<ChatResponse[]> AskAsync(DataContent picture, IEnumerable<string> questions, int tokens, CancellationToken cancellationToken)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(engine.Options.MaxQueue);
        var chat = new ChatOptions { MaxOutputTokens = tokens, RawRepresentationFactory = _ => OnlyBoxes };
        var asked = new List<Task<ChatResponse>>();
        try
        {
            foreach (string question in questions)
            {
                asked.Add(AskOneAsync(question));
                if (all.IsCancellationRequested)
                {
                    break; // a picture that cannot be decoded need not be decoded for every phrase
                }
            }

            return await Task.WhenAll(asked).ConfigureAwait(false);
        }
        finally
        {
            await all.CancelAsync().ConfigureAwait(false);
        }

        async Task<ChatResponse> AskOneAsync(string question)
        {
            await places.WaitAsync(all.Token).ConfigureAwait(false);
            var message = new ChatMessage(ChatRole.User, [picture, new TextContent(question)]);
            try
            {
                return await ClientErrors.TranslateAsync(() => client.GetResponseAsync([message], chat, all.Token), "image").ConfigureAwait(false);
            }
            catch
            {
                await all.CancelAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                places.Release();
            }
        }
    }

    private string[] Phrases(GroundRequest request)
    {
        string[] phrases = [.. request.Phrase is { } one ? [one] : Array.Empty<string>(), .. request.Phrases ?? []];
        return phrases.Length == 0 ? throw ApiException.Invalid("Missing 'phrase': there is nothing to find.", "phrase")
            : phrases.Any(string.IsNullOrWhiteSpace) ? throw ApiException.Invalid("Invalid 'phrase': it is empty.", "phrase")
            : Array.Find(phrases, phrase => phrase.Length > LongestText) is { } longest ? throw TooLong("phrase", longest)
            : phrases.Length > options.MaxPhrases ? throw ApiException.Invalid($"There are {phrases.Length} phrases, but {options.MaxPhrases} is the limit.", "phrases", "too_many_phrases")
            : phrases;
    }
}
