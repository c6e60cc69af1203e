namespace CommSharp.Generation;

/// <summary>One answer of a batch while it is being generated.</summary>
public sealed class GenerationRow
{
    private readonly HashSet<int> _seen;
    private readonly int _promptLength;
    private readonly int? _vocabularySize;

    /// <summary>Begins an answer.</summary>
    /// <param name="prompt">What stands at each position of the prompt: a token's id, or a number below 0 for a part of a picture.</param>
    /// <param name="options">How to generate.</param>
    /// <param name="endOfText">The ids with which the model ends an answer.</param>
    /// <param name="accept">Gets every token but an end; returns false when no more are wanted.</param>
    /// <param name="constraint">What may come next; null for anything.</param>
    /// <param name="vocabularySize">The tokenizer's size; models may score more ids, which mean nothing. All are chosen from when null.</param>
    public GenerationRow(
        IReadOnlyCollection<long> prompt,
        GenerationOptions options,
        IReadOnlyList<int> endOfText,
        Func<SampledToken, bool> accept,
        ITokenConstraint? constraint = null,
        int? vocabularySize = null)
    {
        _seen = [.. prompt.Where(id => id >= 0).Select(id => (int)id)];
        _promptLength = prompt.Count;
        _vocabularySize = vocabularySize;
        Options = options;
        Sampler = new Sampler(options);
        EndOfText = endOfText;
        Accept = accept;
        Constraint = constraint;
    }

    /// <summary>The tokens of the answer so far, without an end.</summary>
    public List<SampledToken> Tokens { get; } = [];

    /// <summary>Why the answer ended; null while it has not.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>How many positions the row has in a cache: its prompt, and its tokens but for the last, which is not run yet.</summary>
    internal long Positions => _promptLength + Math.Max(0, Tokens.Count - 1);

    internal GenerationOptions Options { get; }

    internal IReadOnlyList<int> EndOfText { get; }

    private Sampler Sampler { get; }

    private Func<SampledToken, bool> Accept { get; }

    private ITokenConstraint? Constraint { get; }

    /// <summary>Chooses this row's next token.</summary>
    /// <param name="logits">The model's scores.</param>
    /// <param name="contextLength">How many positions the model has; padding takes none.</param>
    internal int Step(ReadOnlySpan<float> logits, int contextLength)
    {
        bool contextIsFull = _promptLength + Tokens.Count >= contextLength;
        logits = logits[..Math.Min(logits.Length, _vocabularySize ?? logits.Length)];
        SampledToken token = Sampler.Next(logits, _seen, Constraint?.Allowed);
        if (EndOfText.Contains(token.Id))
        {
            Finish = FinishReason.EndOfText;
            return token.Id;
        }

        _seen.Add(token.Id);
        Tokens.Add(token);
        Constraint?.Advance(token.Id);
        if (!Accept(token))
        {
            Finish = FinishReason.Stop;
        }
        else if (Tokens.Count >= Options.MaxTokens || contextIsFull)
        {
            Finish = FinishReason.Length;
        }

        return token.Id;
    }
}
