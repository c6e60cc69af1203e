using CommSharp.Data;

namespace CommSharp.Training.Batching;

/// <summary>The pictures of a batch in one size, red, green and blue plane by plane in 0..1, ready to become a tensor.</summary>
/// <param name="Size">The side of a picture in pixels.</param>
/// <param name="Values">[pictures, 3, size, size].</param>
public sealed record BatchPixels(int Size, float[] Values);

/// <summary>A token of a batch that is taught where to look.</summary>
/// <param name="Place">Its place in [B * L].</param>
/// <param name="First">The place in its row of the first token that may be looked at.</param>
/// <param name="Worth">What it and those behind it are worth, as <see cref="GuidedToken.Worth"/>.</param>
/// <param name="IsWord">As <see cref="GuidedToken.IsWord"/>.</param>
public readonly record struct GuidedPlace(int Place, int First, IReadOnlyList<float> Worth, bool IsWord);

/// <summary>Samples that go through the model together, padded on the right to the longest. Managed memory alone, so that any thread may make it.</summary>
public sealed record TrainingBatch
{
    /// <summary>The number of samples, B.</summary>
    public required int Rows { get; init; }

    /// <summary>The length of the longest, L.</summary>
    public required int Length { get; init; }

    /// <summary>Token ids, [B, L]; 0 in the padding. Every image token is the model's placeholder.</summary>
    public required long[] Ids { get; init; }

    /// <summary>For each token its id if it has loss, else <see cref="Text.AssembledPrompt.IgnoredLabel"/>; [B, L].</summary>
    public required long[] Labels { get; init; }

    /// <summary>Where each token stands in its own question, [B, L]; null where every row is one sample, whose tokens stand one after the other.</summary>
    public long[]? Positions { get; init; }

    /// <summary>
    /// Which question a token belongs to, from 1; 0 for those that all questions of the row share, -1 in the padding; [B, L]. A token sees shared ones and those of its
    /// own question. Null where every row is one sample.
    /// </summary>
    public long[]? Questions { get; init; }

    /// <summary>The pictures of the samples that have one, in the order of the samples; an entry for each size that the model asks for. Empty for words alone.</summary>
    public required IReadOnlyList<BatchPixels> Pictures { get; init; }

    /// <summary>The number of pictures.</summary>
    public required int PictureCount { get; init; }

    /// <summary>The number of tokens without padding.</summary>
    public required int Tokens { get; init; }

    /// <summary>The number of tokens with loss after the first.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>How much each token's loss counts, [B, L]; null where all count 1.</summary>
    public float[]? Weights { get; init; }

    /// <summary>What the tokens with loss after the first count together; a step's loss is their weighted mean.</summary>
    public double AnswerWeight => Weights is null ? AnswerTokens : Weights.Sum(weight => (double)weight);

    /// <summary>The tokens that are taught which patches to look at; empty where none are.</summary>
    public IReadOnlyList<GuidedPlace> Guided { get; init; } = [];

    /// <summary>Where each sample's record stands, for a person who looks for a bad one.</summary>
    public required IReadOnlyList<DataPlace> Places { get; init; }
}

/// <summary>Everything that one step of the optimiser takes.</summary>
/// <param name="Step">The step's number, from 1.</param>
/// <param name="Epoch">How often all samples were seen after it.</param>
/// <param name="Batches">One batch for each accumulation.</param>
/// <param name="Unreadable">How many pictures and records could not be used since the start of the run, this step's included; each is counted once.</param>
public sealed record StepBatch(long Step, double Epoch, IReadOnlyList<TrainingBatch> Batches, int Unreadable)
{
    /// <summary>Those of them that this step came upon first.</summary>
    public IReadOnlyList<UnreadableSample> NewlyUnreadable { get; init; } = [];
}
