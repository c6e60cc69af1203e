namespace CommSharp.Cli.Bench;

/// <summary>One figure, beside the limit that it was measured against in the same process.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Milliseconds">The median time of one run.</param>
/// <param name="Rate">Work per second.</param>
/// <param name="Unit">The rate's unit.</param>
/// <param name="Limit">What the rate is compared with.</param>
/// <param name="LimitRate">The limit's rate, in the same unit.</param>
internal sealed record BenchMeasurement(string Name, double Milliseconds, double Rate, string Unit, string Limit, double LimitRate)
{
    /// <summary>The part of the limit that was reached.</summary>
    public double Share => Rate / LimitRate;
}

/// <summary>Everything that was measured.</summary>
internal sealed record BenchReport(IReadOnlyList<BenchMeasurement> Measurements);
