using CommSharp.Evaluation.Metrics.YesNo;

namespace CommSharp.Evaluation.Metrics.Mme;

/// <summary>A question of MME and its response.</summary>
/// <param name="Task">The task, such as "existence".</param>
/// <param name="Picture">The picture, which has two questions.</param>
/// <param name="Question">The question.</param>
/// <param name="Truth">Whether yes is right.</param>
/// <param name="Response">What the model said.</param>
public sealed record MmeItem(string Task, string Picture, string Question, bool Truth, string Response);

/// <summary>What became of one question.</summary>
/// <param name="Item">The question.</param>
/// <param name="Said">What the response was taken for.</param>
public sealed record MmeItemScore(MmeItem Item, YesNoAnswer Said)
{
    /// <summary>Whether the response is right.</summary>
    public bool IsCorrect => Said == (Item.Truth ? YesNoAnswer.Yes : YesNoAnswer.No);
}

/// <summary>The outcome of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Pictures">How many pictures it has; twice as many questions.</param>
/// <param name="BothCorrect">Of how many pictures both questions were answered rightly.</param>
/// <param name="Counts">The counts of yes, no and other.</param>
public sealed record MmeTaskScore(string Task, int Pictures, int BothCorrect, YesNoCounts Counts)
{
    /// <summary>Right responses of all, 0 to 1; a response that is neither yes nor no is wrong.</summary>
    public double Accuracy => (double)Counts.Correct / Counts.Count;

    /// <summary>Pictures of which both questions are right, of all, 0 to 1.</summary>
    public double AccuracyPlus => (double)BothCorrect / Pictures;

    /// <summary>The task's score, 0 to 200.</summary>
    public double Score => (100 * Accuracy) + (100 * AccuracyPlus);
}

/// <summary>The outcome over tasks.</summary>
/// <param name="Items">Question by question.</param>
/// <param name="Tasks">Task by task, in MME's order.</param>
/// <param name="Perception">0 to 2000; null when one of the ten tasks is not there.</param>
/// <param name="Cognition">0 to 800; null when one of the four tasks is not there.</param>
/// <param name="Sheet">The scores.</param>
public sealed record MmeResult(IReadOnlyList<MmeItemScore> Items, IReadOnlyList<MmeTaskScore> Tasks, double? Perception, double? Cognition, ScoreSheet Sheet);
