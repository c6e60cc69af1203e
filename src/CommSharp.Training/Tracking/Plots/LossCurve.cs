namespace CommSharp.Training.Tracking.Plots;

/// <summary>A point of a curve.</summary>
/// <param name="Step">The step.</param>
/// <param name="Value">The value.</param>
internal readonly record struct CurvePoint(double Step, double Value);

/// <summary>What a plot of a training shows, step by step.</summary>
internal sealed class LossCurve
{
    private const int MostPoints = 1500;        // more than a plot has pixels across
    private const int SmoothedPart = 50;        // the smoothed line is a mean over this part of the run before and after a step

    private readonly List<CurvePoint> _losses = [];
    private readonly List<CurvePoint> _rates = [];
    private readonly SortedDictionary<long, double> _validations = [];

    /// <summary>The losses of steps; of long runs each point is the mean of several.</summary>
    public IReadOnlyList<CurvePoint> Losses => Thinned(_losses);

    /// <summary>The losses without their noise: at each step the mean of about the same number before and after it, so that the line does not lag.</summary>
    public IReadOnlyList<CurvePoint> Smoothed => Thinned(Means(_losses, _losses.Count / SmoothedPart));

    /// <summary>The highest learning rate of a step's groups.</summary>
    public IReadOnlyList<CurvePoint> Rates => Thinned(_rates);

    /// <summary>The losses of held-out samples.</summary>
    public IReadOnlyList<CurvePoint> Validations => [.. _validations.Where(each => double.IsFinite(each.Value)).Select(each => new CurvePoint(each.Key, each.Value))];

    /// <summary>Takes a step; a loss that is no number has no place on an axis.</summary>
    public void Add(long step, double loss, IReadOnlyList<GroupRate> rates)
    {
        if (double.IsFinite(loss))
        {
            _losses.Add(new CurvePoint(step, loss));
        }

        if (rates.Count > 0)
        {
            _rates.Add(new CurvePoint(step, rates.Max(rate => rate.Rate)));
        }
    }

    /// <summary>Takes a validation; a second one after the same step replaces the first.</summary>
    public void AddValidation(long step, double loss) => _validations[step] = loss;

    /// <summary>The means of so many neighbours that the curve has no more points than can be seen.</summary>
    internal static IReadOnlyList<CurvePoint> Thinned(IReadOnlyList<CurvePoint> points)
    {
        int each = (points.Count + MostPoints - 1) / MostPoints;
        return each <= 1 ? points : [.. points.Chunk(each).Select(part => new CurvePoint(part.Average(point => point.Step), part.Average(point => point.Value)))];
    }

    /// <summary>The mean of each point and those around it; at the ends of those that there are.</summary>
    internal static IReadOnlyList<CurvePoint> Means(IReadOnlyList<CurvePoint> points, int around)
    {
        double[] sums = new double[points.Count + 1]; // of all points before
        for (int i = 0; i < points.Count; i++)
        {
            sums[i + 1] = sums[i] + points[i].Value;
        }

        double Mean(int first, int end) => (sums[end] - sums[first]) / (end - first);
        return [.. points.Select((point, i) => point with { Value = Mean(Math.Max(0, i - around), Math.Min(points.Count, i + around + 1)) })];
    }
}
