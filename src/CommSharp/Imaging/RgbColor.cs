using System.Text.Json.Serialization;

namespace CommSharp.Imaging;

/// <summary>A colour. In JSON: "mean", "white", "black" or [red, green, blue].</summary>
/// <param name="Red">0..255.</param>
/// <param name="Green">0..255.</param>
/// <param name="Blue">0..255.</param>
[JsonConverter(typeof(RgbColorJsonConverter))]
public readonly record struct RgbColor(byte Red, byte Green, byte Blue)
{
    /// <summary>The mean of CLIP's training pictures, which LLaVA pads with.</summary>
    public static RgbColor Mean { get; } = new(122, 116, 104);

    /// <summary>White, which Shikra pads with.</summary>
    public static RgbColor White { get; } = new(255, 255, 255);

    /// <summary>Black.</summary>
    public static RgbColor Black { get; }
}
