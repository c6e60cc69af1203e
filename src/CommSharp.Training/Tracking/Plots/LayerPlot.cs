using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace CommSharp.Training.Tracking.Plots;

/// <summary>Draws layers.png: how much each layer of a tower enters the merge, first and now: the paper's alpha and beta.</summary>
internal static class LayerPlot
{
    public static byte[] Png(string name, long firstStep, IReadOnlyList<LayerWeights> first, long step, IReadOnlyList<LayerWeights> now)
    {
        Plot plot = PlotStyle.Create($"{name}: learned weights of the towers' layers", "layer", "weight in the merge");
        for (int i = 0; i < now.Count; i++)
        {
            Color color = PlotStyle.Palette[i % PlotStyle.Palette.Length];
            if (first.FirstOrDefault(branch => branch.Branch == now[i].Branch) is { } before && firstStep < step)
            {
                Line(plot, before, FormattableString.Invariant($"{now[i].Branch}, step {firstStep}"), color.WithAlpha(0.4)).LinePattern = LinePattern.Dashed;
            }

            Line(plot, now[i], FormattableString.Invariant($"{now[i].Branch}, step {step}"), color);
        }

        HorizontalLine zero = plot.Add.HorizontalLine(0, 1, Colors.Gray);
        zero.IsVisible = now.SelectMany(branch => branch.Weights).Any(weight => weight <= 0);
        zero.EnableAutoscale = zero.IsVisible;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true }; // there is no layer 1.5
        plot.ShowLegend(Edge.Right);
        return PlotStyle.Png(plot, [.. plot.Axes.GetAxes()]);
    }

    private static Scatter Line(Plot plot, LayerWeights branch, string label, Color color)
    {
        Coordinates[] points = [.. branch.Layers.Zip(branch.Weights).Where(each => double.IsFinite(each.Second)).Select(each => new Coordinates(each.First, each.Second))];
        Scatter line = plot.Add.Scatter(points, color);
        line.LegendText = label;
        line.LineWidth = 2.5f;
        line.MarkerSize = 8;
        return line;
    }
}
