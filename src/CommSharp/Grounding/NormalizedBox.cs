namespace CommSharp.Grounding;

/// <summary>A box in the model's square: 0 is the left or upper edge of what the model sees, 1 the right or lower one.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
public readonly record struct NormalizedBox(double X1, double Y1, double X2, double Y2);
