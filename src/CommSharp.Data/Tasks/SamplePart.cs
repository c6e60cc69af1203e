using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>
/// A part of a turn before it is written for a model: <see cref="SampleText"/>, <see cref="SampleImage"/>, <see cref="SampleBoxes"/> or
/// <see cref="SamplePoints"/>. Parts are data and never marks in a text, so that a text may hold anything, "&lt;boxes&gt;" and braces too.
/// </summary>
public abstract record SamplePart
{
    /// <summary>Words as a part.</summary>
    public static implicit operator SamplePart(string text) => new SampleText(text);
}

/// <summary>Words.</summary>
/// <param name="Text">The words.</param>
public sealed record SampleText(string Text) : SamplePart
{
    /// <summary>What words of it mean in the picture, where the record says so; in the text's order. Never written; a training with guidance shows it to the model.</summary>
    public IReadOnlyList<MeantPhrase> Phrases { get; init; } = [];

    /// <summary>Words of which nothing is said.</summary>
    public static implicit operator SampleText(string text) => new(text);
}

/// <summary>The place of the sample's picture.</summary>
public sealed record SampleImage : SamplePart;

/// <summary>Boxes that are written here.</summary>
/// <param name="Boxes">At least one, in pixels of the original picture.</param>
/// <param name="Phrase">The words that they belong to, written before them; empty where they stand alone.</param>
public sealed record SampleBoxes(IReadOnlyList<PixelBox> Boxes, string Phrase = "") : SamplePart;

/// <summary>Points that are written here.</summary>
/// <param name="Points">At least one, in pixels of the original picture.</param>
/// <param name="Phrase">The words that they belong to, written before them; empty where they stand alone.</param>
public sealed record SamplePoints(IReadOnlyList<PixelPoint> Points, string Phrase = "") : SamplePart;
