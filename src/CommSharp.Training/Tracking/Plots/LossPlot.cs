using System.Globalization;
using ScottPlot;
using ScottPlot.AxisPanels;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace CommSharp.Training.Tracking.Plots;

/// <summary>Draws loss.png: the loss of training and of held-out samples, and the learning rate on an axis of its own.</summary>
internal static class LossPlot
{
    private const double Room = 0.05; // above and below the curves, as a share of their height

    public static byte[] Png(string name, LossCurve curve)
    {
        Plot plot = PlotStyle.Create($"{name}: loss", "step", "cross-entropy of answers (nats)");
        RightAxis rates = plot.Axes.AddRightAxis();
        rates.LabelText = "learning rate";
        rates.LabelFontSize = 17;
        rates.LabelBold = true;
        rates.TickGenerator = new NumericAutomatic
        {
            LabelFormatter = value => value == 0 ? "0" : value.ToString("0.##e0", CultureInfo.InvariantCulture),
            TickDensity = PlotStyle.TickDensity,
        };
        plot.Axes.Right.IsVisible = false;
        Line(plot, curve.Rates, "learning rate", Colors.Gray.WithAlpha(0.8), 1.5f, rates).LinePattern = LinePattern.Dotted;
        Line(plot, curve.Losses, "training", PlotStyle.Palette[0].WithAlpha(0.3), 1);
        Line(plot, curve.Smoothed, "training, smoothed", PlotStyle.Palette[0], 3);
        if (curve.Validations.Count > 0)
        {
            Scatter held = Line(plot, curve.Validations, "held-out", PlotStyle.Palette[1], 1.5f);
            held.MarkerShape = MarkerShape.FilledCircle;
            held.MarkerSize = 10;
        }

        Limit(plot, curve, rates);
        plot.ShowLegend(Alignment.UpperRight);
        return PlotStyle.Png(plot, [.. plot.Axes.GetAxes()]);
    }

    private static Scatter Line(Plot plot, IReadOnlyList<CurvePoint> points, string label, Color color, float width, IYAxis? axis = null)
    {
        Scatter line = plot.Add.ScatterLine(points.Select(point => new Coordinates(point.Step, point.Value)).ToArray(), color);
        line.LegendText = label;
        line.LineWidth = width;
        line.Axes.YAxis = axis ?? plot.Axes.Left;
        return line;
    }

    /// <summary>The loss from 0, so that its fall is seen as large as it is; the rate likewise, with room for the legend above neither.</summary>
    private static void Limit(Plot plot, LossCurve curve, RightAxis rates)
    {
        CurvePoint[] shown = [.. curve.Losses, .. curve.Validations];
        double last = shown.Select(point => point.Step).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimitsX(0, last * (1 + (Room / 5)));
        plot.Axes.SetLimitsY(0, Top(shown), plot.Axes.Left);
        plot.Axes.SetLimitsY(0, Top(curve.Rates), rates);
    }

    private static double Top(IReadOnlyList<CurvePoint> points)
    {
        double highest = points.Select(point => point.Value).DefaultIfEmpty(0).Max();
        return highest > 0 ? highest * (1 + Room) : 1;
    }
}
