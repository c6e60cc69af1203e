using CommSharp.Answering;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>Answers in the abstractions' words.</summary>
internal static class AnswerContents
{
    internal static ChatFinishReason Finish(Generation.FinishReason finish) =>
        finish == Generation.FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;

    internal static UsageDetails Usage(AnswerUsage usage) => new()
    {
        InputTokenCount = usage.PromptTokens,
        OutputTokenCount = usage.AnswerTokens,
        TotalTokenCount = usage.PromptTokens + usage.AnswerTokens,
        AdditionalCounts = new AdditionalPropertiesDictionary<long>
        {
            [CommChatClient.TextTokens] = usage.PromptTokens - usage.ImageTokens,
            [CommChatClient.ImageTokens] = usage.ImageTokens,
        },
    };

    /// <summary>The boxes and points of phrases.</summary>
    /// <param name="phrases">Phrases of an answer.</param>
    /// <param name="image">The picture that boxes refer to, counted from 0.</param>
    internal static IEnumerable<AIAnnotation> Places(IEnumerable<AnswerPhrase> phrases, int image) => phrases.SelectMany(phrase => Places(phrase, image));

    internal static IEnumerable<AIAnnotation> Problems(IEnumerable<BoxProblem> problems) =>
        problems.Select(problem => new BoxProblemAnnotation { Message = problem.Message, AnnotatedRegions = [Region(problem.Span)] });

    private static IEnumerable<AIAnnotation> Places(AnswerPhrase phrase, int image) =>
    [
        .. phrase.Regions.Select(region => new BoxAnnotation
        {
            Phrase = phrase.Phrase,
            Box = region.Normalized,
            Pixels = Rounded(region.Pixels),
            ImageIndex = image,
            Confidence = phrase.Confidence,
            Mark = phrase.MarkSpan,
            AnnotatedRegions = [Region(phrase.PhraseSpan)],
        }),
        .. phrase.Points.Select(point => new PointAnnotation
        {
            Phrase = phrase.Phrase,
            Pixels = new PixelPoint(Rounded(point.X), Rounded(point.Y)),
            ImageIndex = image,
            Confidence = phrase.Confidence,
            Mark = phrase.MarkSpan,
            AnnotatedRegions = [Region(phrase.PhraseSpan)],
        }),
    ];

    private static PixelBox Rounded(PixelBox box) => new(Rounded(box.X1), Rounded(box.Y1), Rounded(box.X2), Rounded(box.Y2));

    /// <summary>The model's own numbers are coarser than a hundredth of a pixel; what is beyond is the noise of reckoning.</summary>
    private static double Rounded(double pixels) => Math.Round(pixels, 2);

    private static TextSpanAnnotatedRegion Region(TextSpan span) => new() { StartIndex = span.Start, EndIndex = span.End };
}
