using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>
/// A box that an answer names, on the answer's <see cref="TextContent"/>. Its <see cref="AIAnnotation.AnnotatedRegions"/> hold one
/// <see cref="TextSpanAnnotatedRegion"/>: the phrase that the box belongs to. All spans count in the answer's whole text
/// (<see cref="ChatResponse.Text"/>), in streamed answers too. A phrase with several boxes has several annotations.
/// </summary>
public sealed class BoxAnnotation : AIAnnotation
{
    /// <summary>The words that the box belongs to; empty when no words stand before it.</summary>
    public string Phrase { get; set; } = "";

    /// <summary>The box in the model's square, 0..1; where the square is padded, the padding counts.</summary>
    public NormalizedBox Box { get; set; }

    /// <summary>The box in pixels of the original picture, clamped to it, to a hundredth.</summary>
    public PixelBox Pixels { get; set; }

    /// <summary>Which of the conversation's pictures it is in, counted from 0.</summary>
    public int ImageIndex { get; set; }

    /// <summary>The geometric mean of the probabilities that the model gave to the tokens of the phrase's boxes, in 0..1.</summary>
    public double Confidence { get; set; }

    /// <summary>Where the phrase's boxes are written in the text; cut it out for text without numbers.</summary>
    public TextSpan Mark { get; set; }
}
