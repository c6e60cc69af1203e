using CommSharp.Imaging;
using CommSharp.Text;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>A point that an answer names; as <see cref="BoxAnnotation"/>, with a point in place of the box.</summary>
public sealed class PointAnnotation : AIAnnotation
{
    /// <summary>The words that the point belongs to; empty when no words stand before it.</summary>
    public string Phrase { get; set; } = "";

    /// <summary>The point in pixels of the original picture, to a hundredth.</summary>
    public PixelPoint Pixels { get; set; }

    /// <summary>Which of the conversation's pictures it is in, counted from 0.</summary>
    public int ImageIndex { get; set; }

    /// <summary>The geometric mean of the probabilities that the model gave to the tokens of the phrase's points, in 0..1.</summary>
    public double Confidence { get; set; }

    /// <summary>Where the phrase's points are written in the text.</summary>
    public TextSpan Mark { get; set; }
}
