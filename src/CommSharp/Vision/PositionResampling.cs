namespace CommSharp.Vision;

/// <summary>
/// How a table of learned positions is brought to another grid. The conventions differ by up to 0.4 in a tower's output, so each family states
/// the one of its reference.
/// </summary>
public enum PositionResampling
{
    /// <summary>Bicubic (a = -0.75) to the exact size, as Hugging Face transformers does from 4.45 on.</summary>
    Bicubic,

    /// <summary>Antialiased bicubic (a = -0.5) to the exact size: DINOv2 with registers, and timm.</summary>
    BicubicAntialiased,

    /// <summary>Bicubic by the factor (patches + 0.1) / trained patches: Meta's DINOv2, and transformers up to 4.44.</summary>
    BicubicOffset,
}
