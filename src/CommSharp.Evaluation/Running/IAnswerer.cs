using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Evaluation.Running;

/// <summary>A picture and a question about it.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Question">The question, with the place of the picture in it.</param>
public sealed record PictureQuestion(RgbImage Picture, Turn Question);

/// <summary>What an evaluation needs of a model.</summary>
public interface IAnswerer
{
    /// <summary>How the model writes boxes.</summary>
    BoxFormat Boxes { get; }

    /// <summary>How pictures become the model's squares, how boxes are written and how answers are generated, a sentence each.</summary>
    IReadOnlyList<string> Conventions { get; }

    /// <summary>What is done to a picture of a size before the model sees it.</summary>
    ImageGeometry GeometryOf(PictureSize size);

    /// <summary>Answers questions together; the same questions get the same answers, whatever was asked before.</summary>
    /// <param name="questions">At least one.</param>
    /// <param name="maxTokens">The longest answer.</param>
    /// <param name="cancellationToken">Looked at between tokens.</param>
    IReadOnlyList<string> Answer(IReadOnlyList<PictureQuestion> questions, int maxTokens, CancellationToken cancellationToken);
}
