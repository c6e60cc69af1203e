namespace CommSharp.Training.Tracking;

/// <summary>
/// An exponential mean of a noisy series that is right from its first value on, since the weights that values before the first would have are left out
/// (Kingma and Ba 2015, section 3). Values that are no numbers change nothing.
/// </summary>
/// <param name="span">About how many of the last values it is a mean of; at least 1.</param>
public sealed class SmoothedValue(double span)
{
    private readonly double _decay = span >= 1 ? (span - 1) / (span + 1) : throw new ArgumentOutOfRangeException(nameof(span), span, "At least 1.");
    private double _sum;
    private double _weight;

    /// <summary>The mean; not a number before the first value.</summary>
    public double Value => _weight > 0 ? _sum / _weight : double.NaN;

    /// <summary>Takes the next value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The mean with it.</returns>
    public double Add(double value)
    {
        if (double.IsFinite(value))
        {
            _sum = (_decay * _sum) + ((1 - _decay) * value);
            _weight = (_decay * _weight) + (1 - _decay);
        }

        return Value;
    }
}
