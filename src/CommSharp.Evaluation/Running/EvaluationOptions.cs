namespace CommSharp.Evaluation.Running;

/// <summary>How a benchmark is run.</summary>
public sealed record EvaluationOptions
{
    /// <summary>How many questions are asked together.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Only the first so many items; null for all. The result says so.</summary>
    public int? Limit { get; init; }

    /// <summary>The question; the task's own when null.</summary>
    public string? Template { get; init; }

    /// <summary>The longest answer in tokens; the task's own when null.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Whether the same is also asked with pictures exchanged, and the best constant answer looked for.</summary>
    public bool Controls { get; init; }

    /// <summary>How many bad records are left out, counted and listed, before the run is refused.</summary>
    public int MostBadRecords { get; init; }

    /// <summary>Throws when a number is out of its range.</summary>
    /// <exception cref="CommSharpException">Names it.</exception>
    public void Validate()
    {
        if (Batch < 1 || Limit < 1 || MaxTokens < 1 || MostBadRecords < 0)
        {
            throw new CommSharpException("For an evaluation, the batch, the limit and the longest answer must be at least 1, and the number of bad records at least 0.");
        }
    }
}
