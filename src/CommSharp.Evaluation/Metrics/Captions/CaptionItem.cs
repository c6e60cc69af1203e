namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>A picture, or a region of one, with the caption to score and those of people.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Candidate">The caption to score; may be empty.</param>
/// <param name="References">People's captions, at least one.</param>
public sealed record CaptionItem(string Id, string Candidate, IReadOnlyList<string> References);

/// <summary>The scores of captions, as plain numbers: COCO's evaluation writes them so, papers print a hundred times as much.</summary>
/// <param name="Cider">CIDEr, from 0 to 10.</param>
/// <param name="Bleu1">BLEU-1, from 0 to 1.</param>
/// <param name="Bleu2">BLEU-2, from 0 to 1.</param>
/// <param name="Bleu3">BLEU-3, from 0 to 1.</param>
/// <param name="Bleu4">BLEU-4, from 0 to 1.</param>
/// <param name="RougeL">ROUGE-L, from 0 to 1.</param>
public sealed record CaptionScores(double Cider, double Bleu1, double Bleu2, double Bleu3, double Bleu4, double RougeL);

/// <summary>What became of an item.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Scores">Its scores; its CIDEr weighs words by all items that were scored with it.</param>
public sealed record CaptionItemScore(string Id, CaptionScores Scores);

/// <summary>The outcome over all items.</summary>
/// <param name="Sheet">The scores with the conventions that they depend on.</param>
/// <param name="Scores">The same scores by name.</param>
/// <param name="Items">What became of each item, in the order of the items.</param>
public sealed record CaptionResult(ScoreSheet Sheet, CaptionScores Scores, IReadOnlyList<CaptionItemScore> Items);

/// <summary>How captions become words.</summary>
public enum CaptionWords
{
    /// <summary>As COCO's evaluation makes them: see <see cref="PtbTokenizer"/>.</summary>
    Ptb,

    /// <summary>As they stand, with white space between them.</summary>
    AsTheyStand,
}
