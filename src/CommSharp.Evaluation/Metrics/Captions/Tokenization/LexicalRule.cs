namespace CommSharp.Evaluation.Metrics.Captions.Tokenization;

/// <summary>A rule of a scanner.</summary>
/// <param name="Pattern">What it matches.</param>
/// <param name="Apply">Makes tokens of the matched text; adds none for what is passed over.</param>
internal sealed record LexicalRule(LexicalPattern Pattern, Action<string, List<string>> Apply)
{
    /// <summary>What must follow: it counts for the length of the match, and is scanned again after it.</summary>
    public LexicalPattern? Before { get; init; }
}
