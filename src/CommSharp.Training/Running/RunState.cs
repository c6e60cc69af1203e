namespace CommSharp.Training.Running;

/// <summary>Where a run stands, apart from its tensors, whatever is trained. Everything random is a function of the recipe's seed and the step.</summary>
public abstract record RunState
{
    /// <summary>The version of this format that the library writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of this format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The run: the hash of its resolved recipe.</summary>
    public required string Identity { get; init; }

    /// <summary>The number of steps that are done; the position in the data follows from it.</summary>
    public required long Step { get; init; }

    /// <summary>How many steps there are in all.</summary>
    public required long TotalSteps { get; init; }
}
