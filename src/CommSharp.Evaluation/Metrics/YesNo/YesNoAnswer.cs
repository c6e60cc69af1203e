namespace CommSharp.Evaluation.Metrics.YesNo;

/// <summary>What an answer to a yes-or-no question is taken for.</summary>
public enum YesNoAnswer
{
    /// <summary>No.</summary>
    No,

    /// <summary>Yes, the positive class.</summary>
    Yes,

    /// <summary>Neither, by rules that know such a thing; always wrong.</summary>
    Other,
}
