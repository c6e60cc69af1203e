using System.Globalization;

namespace CommSharp.Evaluation.Benchmarks.Tasks;

/// <summary>What can be said of a class's number without looking: numbers of the pictures that are trained on.</summary>
/// <param name="Median">The median; the lower of the two in the middle.</param>
/// <param name="Mean">The mean, rounded to a whole number.</param>
public sealed record CountPrior(int Median, int Mean);

/// <summary>How many there are.</summary>
/// <param name="Count">The number.</param>
/// <param name="Prior">What the numbers of the training pictures suggest; null where there are none.</param>
public sealed record CountTarget(int Count, CountPrior? Prior) : Target
{
    /// <inheritdoc/>
    public override string Text => Count.ToString(CultureInfo.InvariantCulture);
}
