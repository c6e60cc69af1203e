using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Answering;

/// <summary>What is done so that the boxes of an answer can be read.</summary>
public enum BoxGuidance
{
    /// <summary>Nothing: the model writes what it likes, and what cannot be read is reported.</summary>
    None,

    /// <summary>A box that is begun is held to its notation.</summary>
    Constrained,

    /// <summary>The answer is boxes and nothing else: a few words that the model begins with are left out, and it ends with the bracket.</summary>
    Only,
}

/// <summary>A conversation that waits for an answer.</summary>
public sealed record Question
{
    /// <summary>The turns; the last one is the user's.</summary>
    public required Conversation Conversation { get; init; }

    /// <summary>The pictures, upright, in the order in which the turns show them.</summary>
    public IReadOnlyList<RgbImage> Images { get; init; } = [];

    /// <summary>How to generate.</summary>
    public GenerationOptions Options { get; init; } = new();

    /// <summary>What is done so that boxes can be read.</summary>
    public BoxGuidance Boxes { get; init; }

    /// <summary>
    /// Makes what decides which tokens may come, anew for every answer; null for anything. Not together with <see cref="Boxes"/>, which is such a
    /// constraint.
    /// </summary>
    public Func<ITokenConstraint>? Constraint { get; init; }

    /// <summary>One picture and one question about it.</summary>
    public static Question About(RgbImage image, string text) => new()
    {
        Conversation = new Conversation([new Turn(TurnRole.User, [new ImagePart(), new TextPart(text)])]),
        Images = [image],
    };
}
