using CommSharp.Text;

namespace CommSharp.Grounding;

/// <summary>Boxes or points that stand in a text.</summary>
/// <param name="Span">Where: from the first bracket or tag to the last.</param>
/// <param name="Boxes">The boxes as written; they may be reversed or lie outside of 0..1.</param>
/// <param name="Points">The points as written; a mark has either.</param>
public sealed record BoxMark(TextSpan Span, IReadOnlyList<NormalizedBox> Boxes, IReadOnlyList<NormalizedPoint> Points);

/// <summary>Something in a text that looks like a box but is none.</summary>
/// <param name="Span">Where.</param>
/// <param name="Message">What is wrong, as a sentence.</param>
public sealed record BoxProblem(TextSpan Span, string Message);

/// <summary>What was found in a text.</summary>
/// <param name="Marks">Boxes and points, in the order of the text.</param>
/// <param name="Problems">What looks like a box but is none, in the order of the text.</param>
public sealed record BoxReading(IReadOnlyList<BoxMark> Marks, IReadOnlyList<BoxProblem> Problems);
