using CommSharp.Training.Tracking;

namespace CommSharp.Training.Pretraining.Objectives;

/// <summary>Numbers beside the loss, summed over the steps since the last probe, which tells their means.</summary>
internal sealed class StepMeasures
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, (double Sum, int Count)> _sums = [];

    /// <summary>Adds a number.</summary>
    public void Add(string name, double value)
    {
        if (!_sums.TryGetValue(name, out (double Sum, int Count) sum))
        {
            _names.Add(name);
        }

        _sums[name] = (sum.Sum + value, sum.Count + 1);
    }

    /// <summary>The means since the last call.</summary>
    public IReadOnlyList<Measure> Take()
    {
        Measure[] means = [.. _names.Select(name => new Measure(name, _sums[name].Sum / _sums[name].Count))];
        _names.Clear();
        _sums.Clear();
        return means;
    }
}
