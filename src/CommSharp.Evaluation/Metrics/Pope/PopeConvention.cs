namespace CommSharp.Evaluation.Metrics.Pope;

/// <summary>How an answer to one of POPE's questions is taken for yes or no.</summary>
public enum PopeConvention
{
    /// <summary>POPE's own evaluate.py: no if a word before the first full stop is exactly No, no or not; anything else is yes.</summary>
    Official,

    /// <summary>lmms-eval's: yes or no and nothing else, but for capitals and blanks around; anything else is wrong.</summary>
    LmmsEval,
}
