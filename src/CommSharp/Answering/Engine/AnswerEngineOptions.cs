using CommSharp.Generation;

namespace CommSharp.Answering.Engine;

/// <summary>What an engine may take of a machine.</summary>
public sealed record AnswerEngineOptions
{
    /// <summary>How many questions may wait; one more is refused with <see cref="EngineFullException"/>. At least 1.</summary>
    public int MaxQueue { get; init; } = 64;

    /// <summary>
    /// How many answers are generated together, at least 1. Each takes a key/value cache as long as its prompt and answer, at most the model's context.
    /// </summary>
    public int MaxRows { get; init; } = 8;

    /// <summary>
    /// How many positions of prompts, padding included, are run between two tokens of the answers in progress, which wait meanwhile; one prompt is always
    /// taken, however long. At least 1.
    /// </summary>
    public int MaxPromptTokens { get; init; } = 4096;

    /// <summary>The longest prompt that is taken, in tokens, those of pictures among them; the model's context decides when null. At least 1.</summary>
    public int? LongestPrompt { get; init; }

    /// <summary>How many bytes of pictures' tokens are kept, so that another question about a picture needs no vision; 0 keeps none.</summary>
    public long ImageCacheBytes { get; init; } = ImageFeatureCache.DefaultCapacity;

    /// <summary>Throws when a number is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the member.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueue, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPromptTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestPrompt ?? 1, 1, nameof(LongestPrompt));
        ArgumentOutOfRangeException.ThrowIfNegative(ImageCacheBytes);
    }
}
