using CommSharp.Configuration;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>How a picture becomes what a tower sees of it: a random crop, resized to the view's side, mirrored and recoloured.</summary>
public sealed record ViewSettings
{
    /// <summary>The smallest share of the picture's area that a crop keeps, above 0; 1 keeps the whole picture.</summary>
    public double SmallestCrop { get; init; } = 1;

    /// <summary>The largest share.</summary>
    public double LargestCrop { get; init; } = 1;

    /// <summary>How often a picture is mirrored, 0 to 1.</summary>
    public double Flip { get; init; }

    /// <summary>How often the colours are varied at all, 0 to 1.</summary>
    public double Recolored { get; init; } = 1;

    /// <summary>How far brightness may go from 1, 0 to below 1.</summary>
    public double Brightness { get; init; }

    /// <summary>How far contrast may go from 1, 0 to below 1.</summary>
    public double Contrast { get; init; }

    /// <summary>How far saturation may go from 1, 0 to below 1.</summary>
    public double Saturation { get; init; }

    /// <summary>How often the picture loses its colours, 0 to 1.</summary>
    public double Grayscale { get; init; }

    /// <summary>How often it is blurred, 0 to 1.</summary>
    public double Blur { get; init; }

    /// <summary>How often its bright parts are inverted, 0 to 1.</summary>
    public double Solarize { get; init; }

    /// <exception cref="ConfigurationException">A member out of its range.</exception>
    internal void Validate(MemberCheck check)
    {
        check.That(SmallestCrop is > 0 and <= 1, "smallestCrop", SmallestCrop, "above 0 and at most 1");
        check.That(LargestCrop <= 1 && LargestCrop >= SmallestCrop, "largestCrop", LargestCrop, "from \"smallestCrop\" to 1");
        foreach ((string member, double value) in new[] { ("flip", Flip), ("recolored", Recolored), ("grayscale", Grayscale), ("blur", Blur), ("solarize", Solarize) })
        {
            check.That(value is >= 0 and <= 1, member, value, "from 0 to 1");
        }

        foreach ((string member, double value) in new[] { ("brightness", Brightness), ("contrast", Contrast), ("saturation", Saturation) })
        {
            check.That(value is >= 0 and < 1, member, value, "from 0 to below 1");
        }
    }
}
