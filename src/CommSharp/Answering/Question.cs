using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Answering;

/// <summary>A conversation that waits for an answer.</summary>
public sealed record Question
{
    /// <summary>The turns; the last one is the user's.</summary>
    public required Conversation Conversation { get; init; }

    /// <summary>The pictures, upright, in the order in which the turns show them.</summary>
    public IReadOnlyList<RgbImage> Images { get; init; } = [];

    /// <summary>How to generate.</summary>
    public GenerationOptions Options { get; init; } = new();

    /// <summary>Whether a box that is begun is held to its notation, so that it can always be read.</summary>
    public bool ConstrainBoxes { get; init; }

    /// <summary>One picture and one question about it.</summary>
    public static Question About(RgbImage image, string text) => new()
    {
        Conversation = new Conversation([new Turn(TurnRole.User, [new ImagePart(), new TextPart(text)])]),
        Images = [image],
    };
}
