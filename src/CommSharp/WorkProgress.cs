namespace CommSharp;

/// <summary>How far long work over tensors has come.</summary>
/// <param name="Current">The tensor or batch that it is at.</param>
/// <param name="Done">What is done, in the unit of <paramref name="Total"/>.</param>
/// <param name="Total">Everything: bytes or pictures.</param>
public readonly record struct WorkProgress(string Current, long Done, long Total);
