using CommSharp.Answering;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Runtime;
using CommSharp.Text;

namespace CommSharp.Evaluation.Running;

/// <summary>A model folder under evaluation: it answers greedily, and no conversation goes on from another.</summary>
/// <param name="assistant">The model; the caller's own.</param>
/// <param name="guidance">What is done so that boxes can be read.</param>
public sealed class AssistantAnswerer(Assistant assistant, BoxGuidance guidance = BoxGuidance.None) : IAnswerer
{
    /// <inheritdoc/>
    public BoxFormat Boxes => assistant.Config.Boxes;

    /// <inheritdoc/>
    public IReadOnlyList<string> Conventions =>
    [
        Fit(assistant.Config.Image),
        Boxes.Notation == BoxNotation.Plain
            ? $"Boxes are written relative to the model's square with {Boxes.Digits} decimals, as {Boxes.Write(new NormalizedBox(0.1, 0.2, 0.3, 0.4))}."
            : "Boxes are written in Qwen-VL's tags, whole numbers from 0 to 999 over the model's square.",
        $"Weights are held as {DtypeName.Format(assistant.Parts.Language.Dtype)}.",
        guidance == BoxGuidance.None ? "Decoding is greedy and free." : "Decoding is greedy; a box that is begun is held to its notation.",
    ];

    /// <inheritdoc/>
    public ImageGeometry GeometryOf(PictureSize size) => assistant.GeometryOf(size);

    /// <inheritdoc/>
    public IReadOnlyList<string> Answer(IReadOnlyList<PictureQuestion> questions, int maxTokens, CancellationToken cancellationToken) =>
    [
        .. assistant.AskTogether([.. questions.Select(each => Question(each, maxTokens))], cancellationToken).Select(answer => answer.Text),
    ];

    private Question Question(PictureQuestion question, int maxTokens) => new()
    {
        Conversation = new Conversation([question.Question]),
        Images = [question.Picture],
        Options = new GenerationOptions { MaxTokens = maxTokens },
        Boxes = guidance,
    };

    private static string Fit(ImagePreprocessing image) => image.Fit switch
    {
        ImageFit.Pad => $"Pictures are padded to a square with the picture in its middle (filled with #{image.Fill.Red:x2}{image.Fill.Green:x2}{image.Fill.Blue:x2}), then resized; boxes count from the square's edges.",
        ImageFit.Crop => "Pictures are resized by their shorter edge and the middle square is cut out; what lies outside cannot be found.",
        _ => "Pictures are resized to a square without keeping their proportions; boxes count from the picture's own edges.",
    };
}
