namespace CommSharp.Evaluation.Metrics.Vqa;

/// <summary>When answers are made alike before they are compared.</summary>
public enum VqaConvention
{
    /// <summary>The official evaluation: both sides, but only where the annotators' answers are not all the same text.</summary>
    Official,

    /// <summary>lmms-eval: the model's answer always, and more thoroughly; the annotators' as the official one. Its numbers are higher.</summary>
    LmmsEval,
}
