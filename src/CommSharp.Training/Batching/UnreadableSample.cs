namespace CommSharp.Training.Batching;

/// <summary>A sample that could not be used, and was replaced by another.</summary>
/// <param name="What">The picture's path, when it cannot be read; else the record's place.</param>
/// <param name="Reason">Why, as a person reads it.</param>
public sealed record UnreadableSample(string What, string Reason);
