using CommSharp.Imaging;

namespace CommSharp.Evaluation.Reports;

/// <summary>The boxes to draw on a sample's picture, in its pixels.</summary>
/// <param name="Target">The right one; null where there is none.</param>
/// <param name="Answered">The one that the model said; null where none could be read.</param>
public sealed record ReportBoxes(PixelBox? Target, PixelBox? Answered);
