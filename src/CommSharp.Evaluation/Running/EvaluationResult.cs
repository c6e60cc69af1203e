namespace CommSharp.Evaluation.Running;

/// <summary>What a benchmark gives a model that does not look.</summary>
/// <param name="Exchanged">The scores when every sample is asked about another sample's picture.</param>
/// <param name="Constant">The answer that is best when it is given to every sample.</param>
/// <param name="ConstantScores">Its scores.</param>
/// <param name="ConstantsTried">Among how many it is the best.</param>
/// <param name="SortScores">
/// The scores of the best constant answer of each sort of question, what words alone give away ("per Q-type prior", Antol et al. 2015, arXiv 1505.00468, table 2); null where data name
/// no sorts.
/// </param>
public sealed record Controls(ScoreSheet Exchanged, string Constant, ScoreSheet ConstantScores, int ConstantsTried, ScoreSheet? SortScores);

/// <summary>The outcome of a run: the scores, and everything that they depend on.</summary>
public sealed record EvaluationResult
{
    /// <summary>What the run was.</summary>
    public required RunIdentity Run { get; init; }

    /// <summary>The benchmark's name in papers.</summary>
    public required string Title { get; init; }

    /// <summary>How many records were left out because they are bad; each is listed in the run's problems.txt.</summary>
    public required int LeftOut { get; init; }

    /// <summary>The scores; null where the truth is not published.</summary>
    public required ScoreSheet? Scores { get; init; }

    /// <summary>What the benchmark gives for nothing; null when that was not asked for.</summary>
    public Controls? Controls { get; init; }
}
