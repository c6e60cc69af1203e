namespace CommSharp.Answering.Engine;

/// <summary>What an engine has done and does, at one moment.</summary>
/// <param name="Waiting">Questions that wait.</param>
/// <param name="Running">Answers that are being generated.</param>
/// <param name="Answered">Questions answered to the end.</param>
/// <param name="GivenUp">Questions that were cancelled.</param>
/// <param name="Failed">Questions that ended with an error.</param>
/// <param name="Tokens">Tokens generated.</param>
/// <param name="Steps">Runs of the decoder that generated them; fewer than tokens where answers were generated together.</param>
/// <param name="MostRows">The most answers that were generated together.</param>
/// <param name="VisionCalls">Pictures that went through the towers.</param>
/// <param name="ImageCacheHits">Pictures that did not have to, because they had been seen.</param>
/// <param name="ImageCacheBytes">The bytes of pictures' tokens that are kept.</param>
/// <param name="PromptRuns">Runs of the decoder that read prompts; fewer than questions where they were read together.</param>
public sealed record EngineMeasures(
    int Waiting,
    int Running,
    long Answered,
    long GivenUp,
    long Failed,
    long Tokens,
    long Steps,
    int MostRows,
    long VisionCalls,
    long ImageCacheHits,
    long ImageCacheBytes,
    long PromptRuns);
