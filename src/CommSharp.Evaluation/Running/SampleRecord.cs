namespace CommSharp.Evaluation.Running;

/// <summary>A line of the per-sample log: everything that led to an item's score.</summary>
/// <param name="Index">The item's place in the benchmark, counted from 0.</param>
/// <param name="Id">The item's id.</param>
/// <param name="Part">The part of the benchmark that it belongs to; null where there are none.</param>
/// <param name="Picture">The picture that was shown.</param>
/// <param name="Prompt">What was asked, with a mark at the picture's place.</param>
/// <param name="Answer">What the model said.</param>
/// <param name="Parsed">What was read in the answer; null when it could not be read.</param>
/// <param name="Target">What is right, as text; null where it is not published.</param>
/// <param name="Score">The item's score as the metric defines it; null where it has none of its own.</param>
public sealed record SampleRecord(
    int Index, string Id, string? Part, string Picture, string Prompt, string Answer, string? Parsed, string? Target, double? Score);
