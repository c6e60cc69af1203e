namespace CommSharp.Grounding;

/// <summary>A point in the model's square: 0 is the left or upper edge of what the model sees, 1 the right or lower one.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
public readonly record struct NormalizedPoint(double X, double Y);
