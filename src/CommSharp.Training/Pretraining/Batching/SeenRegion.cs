using CommSharp.Grounding;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>A region as a view shows it.</summary>
/// <param name="Picture">The number of its picture in the batch.</param>
/// <param name="Box">Where it is in the view; what was cut off is no part of it.</param>
/// <param name="Phrase">What is there.</param>
internal sealed record SeenRegion(int Picture, NormalizedBox Box, string Phrase);
