using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>An object as the truth about a picture holds it; every word is one of the vocabulary's names.</summary>
/// <param name="Shape">Its shape, such as "star".</param>
/// <param name="Colour">Its colour, such as "red".</param>
/// <param name="Pattern">How it is filled, such as "dotted".</param>
/// <param name="Size">How large it is: "small", "medium" or "large".</param>
/// <param name="Box">Its box in pixels.</param>
/// <param name="Seen">The share of it on which nothing else lies, 0 to 1.</param>
public sealed record TruthObject(string Shape, string Colour, string Pattern, string Size, PixelBox Box, double Seen)
{
    /// <summary>The middle of its box, by which places are told.</summary>
    public PixelPoint Middle => new((Box.X1 + Box.X2) / 2, (Box.Y1 + Box.Y2) / 2);

    /// <summary>Its colour and shape, such as "red star".</summary>
    public string Kind => $"{Colour} {Shape}";

    /// <summary>How far its middle is from another's, in pixels.</summary>
    public double DistanceTo(TruthObject other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double x = Middle.X - other.Middle.X, y = Middle.Y - other.Middle.Y;
        return Math.Sqrt((x * x) + (y * y));
    }
}
