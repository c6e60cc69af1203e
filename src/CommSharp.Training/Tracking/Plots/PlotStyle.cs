using CommSharp.Grounding;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace CommSharp.Training.Tracking.Plots;

/// <summary>How our plots look: one font that is always there, colours that everybody tells apart, thin grid.</summary>
internal static class PlotStyle
{
    private const string FontName = "CommSharp Cantarell";
    private const int Width = 1200, Height = 675; // pixels

    /// <summary>Fewer numbers on an axis than ScottPlot's, as a share.</summary>
    public const double TickDensity = 0.5;

    private static readonly Lazy<EmbeddedLetters> Letters = new(Register);

    /// <summary>Okabe and Ito's colours, without yellow, which white paper swallows.</summary>
    public static Color[] Palette { get; } = [.. new[] { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9" }.Select(Color.FromHex)];

    /// <summary>An empty plot.</summary>
    public static Plot Create(string title, string across, string up)
    {
        _ = Letters.Value;
        var plot = new Plot();
        plot.Title(title, 22);
        plot.XLabel(across, 17);
        plot.YLabel(up, 17);
        foreach (NumericAutomatic ticks in plot.Axes.GetAxes().Select(axis => axis.TickGenerator).OfType<NumericAutomatic>())
        {
            ticks.TickDensity = TickDensity;
        }

        plot.Grid.MajorLineColor = Color.FromHex("#e4e4e4");
        return plot;
    }

    /// <summary>The plot as a PNG file.</summary>
    public static byte[] Png(Plot plot, IEnumerable<IAxis> axes)
    {
        plot.Font.Set(FontName);
        plot.Legend.FontName = FontName;
        plot.Legend.FontSize = 15;
        plot.Legend.SetBestFontOnEachRender = false;
        foreach (IAxis axis in axes)
        {
            axis.TickLabelStyle.FontName = FontName;
            axis.TickLabelStyle.FontSize = 14;
            axis.Label.FontName = FontName;
        }

        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    // ScottPlot keeps its resolvers for the whole process; ours answers to a name that nobody else uses.
    private static EmbeddedLetters Register()
    {
        var letters = new EmbeddedLetters();
        Fonts.FontResolvers.Insert(0, letters);
        return letters;
    }

    private sealed class EmbeddedLetters : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing)
        {
            if (fontName != FontName)
            {
                return null;
            }

            using Stream font = LabelFont.Open();
            return SKTypeface.FromStream(font);
        }

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            CreateTypeface(fontName, FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal);
    }
}
