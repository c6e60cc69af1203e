using CommSharp.Data.Tabletop.World;
using CommSharp.Imaging;

namespace CommSharp.Data.Tabletop.Rendering;

/// <summary>What the world's colours look like.</summary>
internal static class Palette
{
    private const double Lighter = 0.4, Darker = 0.45;

    private static readonly RgbColor[] Hues =
    [
        new(212, 40, 38), new(240, 128, 22), new(248, 212, 42), new(46, 152, 64), new(40, 92, 208),
        new(128, 56, 168), new(244, 132, 182), new(112, 68, 36), new(244, 244, 242), new(32, 32, 36),
    ];

    // Calm tones, from which every colour of an object and its second tone stand out: sand, stone, sage, mist, slate, clay.
    private static readonly RgbColor[] Tones =
        [new(206, 190, 156), new(164, 164, 164), new(160, 178, 156), new(176, 194, 206), new(92, 104, 120), new(204, 148, 122)];

    /// <summary>The colour of an object.</summary>
    public static RgbColor Of(SceneObject shown) => Scaled(Hues[(int)shown.Hue], shown.Looks.Brightness);

    /// <summary>The second tone of an object's pattern: lighter where the colour is dark, darker where it is light.</summary>
    public static RgbColor Second(SceneObject shown)
    {
        RgbColor color = Of(shown);
        double light = ((0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue)) / 255;
        return light < 0.5 ? Mixed(color, RgbColor.White, Lighter) : Mixed(color, RgbColor.Black, Darker);
    }

    /// <summary>The thin line around an object.</summary>
    public static RgbColor Edge(SceneObject shown) => Mixed(Of(shown), shown.Hue == Hue.Black ? new RgbColor(120, 120, 124) : new RgbColor(0, 0, 0), 0.45);

    /// <summary>A tone of the ground.</summary>
    /// <param name="number">Which.</param>
    /// <param name="brightness">How bright; 1 as it is.</param>
    public static RgbColor Tone(int number, double brightness) => Scaled(Tones[number], brightness);

    private static RgbColor Scaled(RgbColor color, double factor) => new(Level(color.Red * factor), Level(color.Green * factor), Level(color.Blue * factor));

    private static RgbColor Mixed(RgbColor color, RgbColor other, double share) => new(
        Level((color.Red * (1 - share)) + (other.Red * share)), Level((color.Green * (1 - share)) + (other.Green * share)), Level((color.Blue * (1 - share)) + (other.Blue * share)));

    private static byte Level(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
