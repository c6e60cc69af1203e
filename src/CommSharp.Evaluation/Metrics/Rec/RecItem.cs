using CommSharp.Grounding;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Metrics.Rec;

/// <summary>An answer to a referring expression and the right box.</summary>
/// <param name="Id">The item's name; null when it has none.</param>
/// <param name="Answer">What the model said.</param>
/// <param name="Target">The right box; null when its text cannot be read.</param>
public sealed record RecItem(string? Id, string Answer, RecTarget? Target);

/// <summary>The right box of an expression.</summary>
/// <param name="Box">In fractions, as the convention has it.</param>
/// <param name="Pixels">In pixels; Qwen-VL's convention needs it.</param>
/// <param name="Size">The picture's size; Qwen-VL's convention needs it.</param>
public sealed record RecTarget(NormalizedBox Box, PixelBox? Pixels = null, PictureSize? Size = null)
{
    /// <summary>From the text of a right answer; null when no box can be read in it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="convention">How boxes are written.</param>
    public static RecTarget? FromText(string text, RecConvention convention) =>
        AnswerBox.Read(text, convention.Rule) is { } box ? new RecTarget(box) : null;

    /// <summary>
    /// From a box in pixels. Shikra's evaluation reads it back from the text of the right answer, so it is rounded to three decimals there.
    /// </summary>
    /// <param name="pixels">The box.</param>
    /// <param name="size">The picture's size.</param>
    /// <param name="convention">What boxes are fractions of.</param>
    public static RecTarget FromPixels(PixelBox pixels, PictureSize size, RecConvention convention)
    {
        if (!convention.IsPadded)
        {
            return new RecTarget(
                new NormalizedBox(pixels.X1 / size.Width, pixels.Y1 / size.Height, pixels.X2 / size.Width, pixels.Y2 / size.Height), pixels, size);
        }

        NormalizedBox box = ImageGeometry.Pad(size.Width, size.Height, Math.Max(size.Width, size.Height)).ToModel(pixels);
        return new RecTarget(AnswerBox.Read(BoxFormat.Shikra.Write(box), AnswerBoxRule.OnlyBracket)!.Value, pixels, size);
    }
}

/// <summary>What became of one item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Box">The box that was read in the answer; null when none was, which counts as 0, 0, 0, 0.</param>
/// <param name="Overlap">The intersection over union; null when it is not a number, or there is no target.</param>
/// <param name="IsHit">Whether the answer is right.</param>
public sealed record RecItemScore(RecItem Item, NormalizedBox? Box, double? Overlap, bool IsHit);

/// <summary>The outcome over all items.</summary>
/// <param name="Items">Item by item.</param>
/// <param name="Accuracy">Hits of all items, 0 to 1.</param>
/// <param name="AccuracyOfParsed">Hits of the items whose answer and target could be read, 0 to 1; null when there is none.</param>
/// <param name="MeanOverlap">The mean overlap of the items whose target could be read; null when one of them is not a number, as in Shikra's code.</param>
/// <param name="UnreadAnswers">How many answers hold no box that can be read.</param>
/// <param name="UnreadTargets">How many targets cannot be read.</param>
/// <param name="Sheet">The scores.</param>
public sealed record RecResult(
    IReadOnlyList<RecItemScore> Items, double Accuracy, double? AccuracyOfParsed, double? MeanOverlap, int UnreadAnswers, int UnreadTargets, ScoreSheet Sheet);
