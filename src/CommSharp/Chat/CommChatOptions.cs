using CommSharp.Answering;
using CommSharp.Generation;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>
/// What <see cref="ChatOptions"/> has no member for. Given by its <see cref="ChatOptions.RawRepresentationFactory"/>:
/// <c>new ChatOptions { RawRepresentationFactory = _ => new CommChatOptions { Boxes = BoxGuidance.Constrained } }</c>.
/// </summary>
public sealed record CommChatOptions
{
    /// <summary>What is done so that the boxes of an answer can be read.</summary>
    public BoxGuidance Boxes { get; init; }

    /// <summary>Above 1, tokens that occurred already (prompt included) score less; above 0 and at most 100.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Makes what decides which tokens may come; null for anything. Not together with <see cref="Boxes"/>.</summary>
    public Func<ITokenConstraint>? Constraint { get; init; }
}
