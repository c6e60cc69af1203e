using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Metrics.Pope;

/// <summary>A question of POPE and its answer.</summary>
/// <param name="Id">The question's name.</param>
/// <param name="Truth">Whether yes is right.</param>
/// <param name="Answer">What the model said.</param>
public sealed record PopeItem(string Id, bool Truth, string Answer);

/// <summary>What became of one question.</summary>
/// <param name="Item">The question.</param>
/// <param name="Said">What the answer was taken for.</param>
public sealed record PopeItemScore(PopeItem Item, YesNoAnswer Said)
{
    /// <summary>Whether the answer is right.</summary>
    public bool IsCorrect => Said == (Item.Truth ? YesNoAnswer.Yes : YesNoAnswer.No);
}

/// <summary>The outcome over one of POPE's files.</summary>
/// <param name="Items">Question by question.</param>
/// <param name="Counts">The counts, and the shares between 0 and 1 that follow from them.</param>
/// <param name="Sheet">The scores in percent.</param>
public sealed record PopeResult(IReadOnlyList<PopeItemScore> Items, YesNoCounts Counts, ScoreSheet Sheet);
