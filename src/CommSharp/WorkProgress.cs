namespace CommSharp;

/// <summary>How far long work has come.</summary>
/// <param name="Current">The tensor, batch or file that it is at.</param>
/// <param name="Done">What is done, in the unit of <paramref name="Total"/>.</param>
/// <param name="Total">Everything: bytes, pictures or records; 0 where nobody knows before the end.</param>
public readonly record struct WorkProgress(string Current, long Done, long Total);
